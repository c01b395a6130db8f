//! The recorder with scripted clients, over the events that it must handle.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::{
    Client, Config,
    operation::{
        transact_write_items::{
            TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
        },
        update_item::UpdateItemError,
    },
    types::{
        AttributeValue::{N, S},
        CancellationReason,
        error::{ConditionalCheckFailedException, TransactionCanceledException},
    },
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;
use domain_event::EventBus;
use lambda_failure::sqs_batch::TIME_BUDGET;
use serde_json::{Value, json};
use upload_ledger::UploadsTable;
use upload_outcome_recorder::{Adapters, OutcomesTable, handle};

const THREE: &str = include_str!("../../../events/upload-outcome-recorder/three-outcomes.json");
const MALFORMED: &str =
    include_str!("../../../events/upload-outcome-recorder/malformed-and-repeated.json");

type Writes = Arc<Mutex<Vec<TransactWriteItemsInput>>>;

fn adapters(counting: &[&Rule]) -> Adapters {
    let counting = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, counting);
    adapters_of(&counting, &ledger_of_unended())
}

/// A ledger in which no upload's transactions have all ended.
fn ledger_of_unended() -> Client {
    let not_ended = mock!(Client::update_item).then_error(|| {
        let split = ConditionalCheckFailedException::builder().item("status", S("SPLIT".into()));
        UpdateItemError::ConditionalCheckFailedException(split.build())
    });
    mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&not_ended])
}

fn adapters_of(counting: &Client, ledger: &Client) -> Adapters {
    let events = mock_client!(aws_sdk_eventbridge, RuleMode::MatchAny, []);
    Adapters {
        outcomes: OutcomesTable::new(counting, "outcomes".into(), "uploads".into()),
        uploads: UploadsTable::new(ledger, "uploads".into()),
        events: EventBus::new(events, "events".into()),
    }
}

fn taken(writes: &Writes) -> Rule {
    let writes = Arc::clone(writes);
    mock!(Client::transact_write_items).then_compute_output(move |request| {
        writes.lock().unwrap().push(request.clone());
        TransactWriteItemsOutput::builder().build()
    })
}

/// A transaction that is cancelled, with a reason for each of its items.
fn cancelled(codes: &'static [&'static str]) -> Rule {
    mock!(Client::transact_write_items).then_error(refused(codes))
}

fn refused(codes: &'static [&'static str]) -> impl Fn() -> TransactWriteItemsError {
    move || {
        let reasons = codes
            .iter()
            .map(|code| CancellationReason::builder().code(*code).build());
        TransactWriteItemsError::TransactionCanceledException(
            TransactionCanceledException::builder()
                .set_cancellation_reasons(Some(reasons.collect()))
                .build(),
        )
    }
}

async fn answer(adapters: &Adapters, event: &str) -> Value {
    let event = serde_json::from_str(event).unwrap();
    let response = handle(adapters, event).await.unwrap();
    let failures = serde_json::to_value(response).unwrap();
    failures["batchItemFailures"].clone()
}

fn failed(numbers: &[u32]) -> Value {
    let failed = numbers.iter().map(
        |number| json!({"itemIdentifier": format!("{number:08}-5b3c-4c1f-9d2a-0123456789ab")}),
    );
    failed.collect()
}

/// The places of the outcomes of a transaction, and what it counts.
fn told(write: &TransactWriteItemsInput) -> (Vec<String>, [String; 4]) {
    let items = write.transact_items();
    let rows = items.iter().filter_map(|item| item.put());
    let ordinals = rows.map(|put| put.item()["ordinal"].as_n().unwrap().clone());
    let update = items.last().unwrap().update().unwrap();
    let values = update.expression_attribute_values().unwrap();
    let counts = [":ended", ":stored", ":duplicates", ":rejected"];
    let counts = counts.map(|name| values[name].as_n().unwrap().clone());
    (ordinals.collect(), counts)
}

#[tokio::test]
async fn the_outcomes_of_an_upload_are_counted_together() {
    let writes = Writes::default();
    let adapters = adapters(&[&taken(&writes)]);
    assert_eq!(answer(&adapters, THREE).await, json!([]));
    let writes = writes.lock().unwrap();
    let (ordinals, counts) = told(&writes[0]);
    assert_eq!(ordinals, ["1", "2", "3"]);
    assert_eq!(counts, ["3", "1", "1", "1"]);
    let put = writes[0].transact_items()[1].put().unwrap();
    assert_eq!(put.table_name(), "outcomes");
    assert_eq!(put.item()["outcome"], S("DUPLICATE".into()));
    assert_eq!(put.item()["ordinal"], N("2".into()));
}

#[tokio::test]
async fn what_was_counted_before_is_left_out() {
    let writes = Writes::default();
    let before = cancelled(&["None", "ConditionalCheckFailed", "None", "None"]);
    let adapters = adapters(&[&before, &taken(&writes)]);
    assert_eq!(answer(&adapters, THREE).await, json!([]));
    let (ordinals, counts) = told(&writes.lock().unwrap()[0]);
    assert_eq!(ordinals, ["1", "3"]);
    assert_eq!(counts, ["2", "1", "0", "1"]);
}

#[tokio::test]
async fn a_batch_that_was_counted_before_is_done() {
    let all = cancelled(&[
        "ConditionalCheckFailed",
        "ConditionalCheckFailed",
        "ConditionalCheckFailed",
        "None",
    ]);
    assert_eq!(answer(&adapters(&[&all]), THREE).await, json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_row_that_others_write_is_written_later() {
    let contended = refused(&["None", "None", "None", "TransactionConflict"]);
    let counting = mock!(Client::transact_write_items)
        .sequence()
        .error(contended)
        .times(3)
        .output(|| TransactWriteItemsOutput::builder().build())
        .build();
    assert_eq!(answer(&adapters(&[&counting]), THREE).await, json!([]));
    assert_eq!(counting.num_calls(), 4);
}

/// Answers every call but those that tell of one upload, which it never answers.
#[derive(Debug)]
struct SilentAbout(&'static str);

impl HttpConnector for SilentAbout {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().unwrap_or_default();
        let is_silent = String::from_utf8_lossy(body).contains(self.0);
        HttpConnectorFuture::new(async move {
            if is_silent {
                std::future::pending::<()>().await;
            }
            let done = SdkBody::from("{}");
            Ok(HttpResponse::new(200.try_into().unwrap(), done))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_takes_too_long_keeps_no_other_from_being_counted() {
    const SLOW: &str = "00000000000000000000000000000000";
    let http = http_client_fn(|_, _| SharedHttpConnector::new(SilentAbout(SLOW)));
    let config = Config::builder().with_test_defaults_v2().http_client(http);
    let client = Client::from_conf(config.build());

    let mut event: Value = serde_json::from_str(THREE).unwrap();
    let body = event["Records"][1]["body"].as_str().unwrap();
    let of_slow = body.replace("0123456789abcdef0123456789abcdef", SLOW);
    event["Records"][1]["body"] = of_slow.into();

    let begun = tokio::time::Instant::now();
    let answer = answer(&adapters_of(&client, &client), &event.to_string()).await;
    assert_eq!(answer, failed(&[2]));
    assert_eq!(begun.elapsed().as_secs(), TIME_BUDGET.as_secs());
}

#[tokio::test]
async fn outcomes_of_an_upload_that_has_no_row_are_passed_over() {
    let unknown = cancelled(&["None", "None", "None", "ConditionalCheckFailed"]);
    assert_eq!(answer(&adapters(&[&unknown]), THREE).await, json!([]));
    assert_eq!(unknown.num_calls(), 1);
}

#[tokio::test]
async fn an_upload_that_has_no_row_keeps_no_other_from_being_counted() {
    let mut event: Value = serde_json::from_str(THREE).unwrap();
    let body = event["Records"][1]["body"].as_str().unwrap();
    let of_another = body.replace("0123456789abcdef0123456789abcdef", "ORDERS_2026-03");
    event["Records"][1]["body"] = of_another.into();
    let is_known = |request: &TransactWriteItemsInput| {
        let update = request.transact_items().last().unwrap().update().unwrap();
        update.key()["upload_id"] != S("ORDERS_2026-03".into())
    };
    let known = mock!(Client::transact_write_items)
        .match_requests(is_known)
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let unknown = mock!(Client::transact_write_items)
        .match_requests(move |request| !is_known(request))
        .then_error(refused(&["None", "ConditionalCheckFailed"]));
    let counting = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&known, &unknown]);
    let adapters = adapters_of(&counting, &ledger_of_unended());
    assert_eq!(answer(&adapters, &event.to_string()).await, json!([]));
    assert_eq!((known.num_calls(), unknown.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_message_that_tells_nothing_returns_and_a_repeated_one_counts_once() {
    let writes = Writes::default();
    let adapters = adapters(&[&taken(&writes)]);
    assert_eq!(answer(&adapters, MALFORMED).await, failed(&[2]));
    let (ordinals, counts) = told(&writes.lock().unwrap()[0]);
    assert_eq!(ordinals, ["1"]);
    assert_eq!(counts, ["1", "1", "0", "0"]);
}
