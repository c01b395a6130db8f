//! The writer over scripted answers of Amazon SQS and a table in memory.

mod accepted;
mod fake_table;
mod idempotency;
mod idempotency_faults;
mod idempotency_races;
mod queue;
mod refused;

use std::path::Path;

use aws_sdk_sqs::{
    Client,
    operation::send_message::{SendMessageError, SendMessageOutput},
    types::error::QueueDoesNotExist,
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use fake_table::FakeTable;
use serde_json::{Value, json};
use sqs_writer::{Adapters, handle};
use transaction_queue::TransactionQueue;

const QUEUE_URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/transactions";

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/sqs-writer");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

fn event_with_body(content_type: &str, body: &str) -> Value {
    let mut event = event("json-body.json");
    event["headers"]["Content-Type"] = json!(content_type);
    event["body"] = json!(body);
    event
}

fn adapters(rule: &Rule, table: &FakeTable) -> Adapters {
    let client = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [rule]);
    let queue = TransactionQueue::new(client, QUEUE_URL.to_owned());
    Adapters::new(queue, table.adapter())
}

/// The response to an event that needs no table.
async fn response_to(event: Value, rule: &Rule) -> Value {
    let table = FakeTable::default();
    let response = answer(&adapters(rule, &table), event).await;
    assert_eq!(table.calls(), 0);
    response
}

/// The response to an event, with its body as JSON.
async fn answer(adapters: &Adapters, event: Value) -> Value {
    let response = handle(adapters, event)
        .await
        .expect("the event is that of a proxy integration");
    let mut response = serde_json::to_value(response).expect("a response serialises");
    let body = response["body"].as_str().expect("the body is text");
    response["body"] = serde_json::from_str(body).expect("the body is JSON");
    response
}

/// A queue that takes messages of that content.
fn queue_taking(message: Value) -> Rule {
    mock!(Client::send_message)
        .match_requests(move |request| {
            let body = request.message_body().expect("a message has a body");
            request.queue_url() == Some(QUEUE_URL)
                && serde_json::from_str::<Value>(body).expect("the message is JSON") == message
        })
        .then_output(|| SendMessageOutput::builder().message_id("m").build())
}

fn queue_taking_anything() -> Rule {
    mock!(Client::send_message).then_output(|| SendMessageOutput::builder().message_id("m").build())
}

fn queue_refusing() -> Rule {
    mock!(Client::send_message).then_error(|| {
        SendMessageError::QueueDoesNotExist(
            QueueDoesNotExist::builder()
                .message("The specified queue does not exist.")
                .build(),
        )
    })
}

/// The seed's transaction as it stands on the queue.
fn seed() -> Value {
    json!({
        "id": "12",
        "transaction_message": " Transaction made between user 687 and user 329.",
        "partner": "acme",
        "upload_id": null,
        "ordinal": null,
        "received_at": "2026-03-01T09:30:00.123Z",
    })
}
