//! The handler over a table and a Step Functions in memory.

mod answers;
mod crashes;
mod fake_aws;
mod heartbeats;
mod requests;
mod twins;

use std::{path::Path, time::Duration};

use callback_task::{CallbackTaskKey, PendingTask, Stored, TaskToken};
use external_callback_handler::handle;
use fake_aws::{FakeAws, Fault};
use jiff::{SignedDuration, Timestamp};
use partner::PartnerId;
use serde_json::{Value, json};

const TOKEN: &str = "AQCkAAAAKgAAAAMAAAAAAAAAAWRjs1";

/// A real-shaped request of the partner acme about the order of [`waiting_task`].
fn event(case: &str) -> Value {
    let events =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/external-callback-handler");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

/// The event with a field of its body replaced.
fn with(case: &str, field: &str, value: Value) -> Value {
    let mut event = event(case);
    let body = event["body"].as_str().expect("there is a body");
    let mut body: Value = serde_json::from_str(body).expect("the body is JSON");
    body[field] = value;
    event["body"] = json!(body.to_string());
    event
}

/// An order of acme that waits for its shipping.
async fn waiting_task() -> FakeAws {
    let aws = FakeAws::new();
    store(&aws, TOKEN).await;
    aws
}

/// What the dispatcher does for a state of acme's order.
async fn store(aws: &FakeAws, token: &str) {
    let key = CallbackTaskKey::parse(
        "a96cbeed-cbd7-4711-815c-0913113c6064",
        "ORDER_SHIPPING_SERVICE",
    );
    let task = PendingTask {
        key: key.expect("the key is in its limits"),
        token: TaskToken::parse(token).expect("the token is in its limits"),
        partner: PartnerId::parse("acme").expect("`acme` is a partner id"),
        expires_at: Timestamp::now() + SignedDuration::from_hours(24),
    };
    aws.with(|state| state.tasks.open(token));
    let stored = aws.tasks.store(&task, Timestamp::now()).await;
    assert_eq!(stored.expect("the table takes it"), Stored::Now);
    aws.with(|state| state.calls.clear());
}

/// The answer's status and body, and the headers in between.
async fn call(aws: &FakeAws, event: Value) -> (u16, Value, Value) {
    let response = handle(&aws.adapters, event).await;
    let response = response.expect("every request has an answer");
    let response = serde_json::to_value(response).expect("a response serialises");
    let body = response["body"].as_str().expect("there is a body");
    let status = response["statusCode"].as_u64().expect("there is a status");
    (
        status.try_into().expect("the status is one of HTTP"),
        response["headers"].clone(),
        serde_json::from_str(body).expect("the body is JSON"),
    )
}

async fn status(aws: &FakeAws, event: Value) -> u16 {
    call(aws, event).await.0
}

/// A call that a fault may kill: None if it was.
async fn killable(aws: &FakeAws, event: Value) -> Option<u16> {
    let an_age = Duration::from_secs(10);
    tokio::time::timeout(an_age, status(aws, event)).await.ok()
}

fn faults(aws: &FakeAws, faults: impl IntoIterator<Item = (usize, Fault)>) {
    aws.with(|state| {
        state.calls.clear();
        state.faults = faults.into_iter().collect();
    });
}

fn told(aws: &FakeAws) -> Vec<(String, Value)> {
    aws.with(|state| state.tasks.told.clone())
}

/// The row's attribute, without its type.
fn attribute(aws: &FakeAws, name: &str) -> Option<Value> {
    aws.with(|state| state.table.attribute(name))
}

fn shipped() -> (String, Value) {
    let output = r#"{"shipping_status":"PROCESSING","tracking_number":"1ZA1B2C3D4"}"#;
    ("SendTaskSuccess".to_owned(), json!({"output": output}))
}
