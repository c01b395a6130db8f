//! The recorder with scripted clients, over the events that it must handle.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    operation::{
        get_item::GetItemOutput,
        put_item::{PutItemError, PutItemOutput},
    },
    types::{
        AttributeValue::{self, S},
        error::ConditionalCheckFailedException,
    },
};
use aws_sdk_eventbridge::{
    operation::put_events::{PutEventsError, PutEventsOutput},
    types::PutEventsResultEntry,
};
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use domain_event::EventBus;
use failed_execution_recorder::{Adapters, Executions, Outcome, TransactionsTable, handle};
use rejection::RejectionsTable;
use serde_json::Value;

/// Of the message of `upload-failed.json`.
const SHA256: &str = "e119f475319fed8ec68a45c34725f045d322171dddd7f627f5cfa4fd8dd0f101";
const UPLOAD_FAILED: &str =
    include_str!("../../../events/failed-execution-recorder/upload-failed.json");
const REQUEST_ABORTED: &str =
    include_str!("../../../events/failed-execution-recorder/request-aborted.json");
const INPUT_LEFT_OUT: &str =
    include_str!("../../../events/failed-execution-recorder/input-left-out.json");

fn event(text: &str) -> Value {
    serde_json::from_str(text).expect("the event is JSON")
}

type Item = HashMap<String, AttributeValue>;

/// A row with that content, whoever stored it.
fn row(payload_sha256: &str) -> Item {
    Item::from([("payload_sha256".to_owned(), S(payload_sha256.to_owned()))])
}

fn stored(item: Option<Item>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.consistent_read() == Some(true))
        .then_output(move || GetItemOutput::builder().set_item(item.clone()).build())
}

/// A put of a rejection under that key and with that code.
fn recorded(rejection_id: &'static str, code: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::put_item)
        .match_requests(move |request| {
            let item = request.item().expect("an item is put");
            item["rejection_id"] == S(rejection_id.to_owned()) && item["code"] == S(code.to_owned())
        })
        .then_output(|| PutItemOutput::builder().build())
}

/// A bus that takes the event of a rejection under that key and with that code, and no other.
fn announced(rejection_id: &'static str, code: &'static str) -> Rule {
    mock!(aws_sdk_eventbridge::Client::put_events)
        .match_requests(move |request| {
            let entry = &request.entries()[0];
            let detail = event(entry.detail().expect("there is a detail"));
            entry.detail_type() == Some("TransactionRejected")
                && detail["event_id"] == format!("TransactionRejected#{rejection_id}")
                && detail["rejection_id"] == rejection_id
                && detail["code"] == code
        })
        .then_output(|| {
            let entry = PutEventsResultEntry::builder().event_id("e").build();
            PutEventsOutput::builder().entries(entry).build()
        })
}

fn adapters(dynamodb: &[&Rule], executions: &[&Rule]) -> Adapters {
    announcing(dynamodb, executions, &[])
}

fn announcing(dynamodb: &[&Rule], executions: &[&Rule], events: &[&Rule]) -> Adapters {
    let events = mock_client!(aws_sdk_eventbridge, RuleMode::MatchAny, events);
    let dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, dynamodb);
    let executions = mock_client!(aws_sdk_sfn, RuleMode::MatchAny, executions);
    Adapters {
        executions: Executions::new(executions),
        transactions: TransactionsTable::new(dynamodb.clone(), "transactions".to_owned()),
        rejections: RejectionsTable::new(dynamodb, "rejections".to_owned()),
        events: EventBus::new(events, "events".to_owned()),
    }
}

#[tokio::test]
async fn a_transaction_that_is_nowhere_is_rejected_under_the_workflows_key() {
    let rejection = ("0123456789abcdef0123456789abcdef#7", "EXECUTION_FAILED");
    let put = recorded(rejection.0, rejection.1);
    let announced = announced(rejection.0, rejection.1);
    let adapters = announcing(&[&stored(None), &put], &[], &[&announced]);
    let outcome = handle(&adapters, event(UPLOAD_FAILED)).await.unwrap();
    assert_eq!(outcome, Outcome::Rejected);
    assert_eq!((put.num_calls(), announced.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_rejection_that_the_workflow_recorded_is_announced_with_its_code() {
    let refused = mock!(aws_sdk_dynamodb::Client::put_item).then_error(|| {
        let refused = ConditionalCheckFailedException::builder()
            .item("code", S("CONFLICT".to_owned()))
            .item("reason", S("Another one is stored.".to_owned()))
            .item("rejected_at", S("2026-11-20T23:59:59Z".to_owned()));
        PutItemError::ConditionalCheckFailedException(refused.build())
    });
    let announced = announced("0123456789abcdef0123456789abcdef#7", "CONFLICT");
    let adapters = announcing(&[&stored(None), &refused], &[], &[&announced]);
    let outcome = handle(&adapters, event(UPLOAD_FAILED)).await.unwrap();
    assert_eq!(outcome, Outcome::Rejected);
    assert_eq!(announced.num_calls(), 1);
}

#[tokio::test]
async fn a_transaction_whose_content_is_stored_waits_for_its_redrive() {
    let adapters = adapters(&[&stored(Some(row(SHA256)))], &[]);
    let outcome = handle(&adapters, event(UPLOAD_FAILED)).await.unwrap();
    assert_eq!(outcome, Outcome::Stored);
}

#[tokio::test]
async fn the_content_is_compared_after_cleaning() {
    let mut untidy = event(UPLOAD_FAILED);
    let input = untidy["detail"]["input"].as_str().unwrap();
    let input = input.replace("user 7493.", "user 7493.\\u0007\\n");
    untidy["detail"]["input"] = input.into();
    let adapters = adapters(&[&stored(Some(row(SHA256)))], &[]);
    let outcome = handle(&adapters, untidy).await.unwrap();
    assert_eq!(outcome, Outcome::Stored);
}

#[tokio::test]
async fn other_content_under_the_same_id_does_not_count_as_stored() {
    let others = row(&SHA256.replace(char::is_alphabetic, "0"));
    let put = recorded("0123456789abcdef0123456789abcdef#7", "EXECUTION_FAILED");
    let announced = announced("0123456789abcdef0123456789abcdef#7", "EXECUTION_FAILED");
    let adapters = announcing(&[&stored(Some(others)), &put], &[], &[&announced]);
    let outcome = handle(&adapters, event(UPLOAD_FAILED)).await.unwrap();
    assert_eq!(outcome, Outcome::Rejected);
}

#[tokio::test]
async fn a_request_is_rejected_under_its_executions_name() {
    let name = "12-5f1d3c2b4a697887";
    let put = recorded(name, "EXECUTION_ABORTED");
    let announced = announced(name, "EXECUTION_ABORTED");
    let adapters = announcing(&[&stored(None), &put], &[], &[&announced]);
    let outcome = handle(&adapters, event(REQUEST_ABORTED)).await;
    assert_eq!(outcome.unwrap(), Outcome::Rejected);
}

#[tokio::test]
async fn an_input_that_the_event_left_out_is_read_from_the_execution() {
    let input = event(UPLOAD_FAILED)["detail"]["input"]
        .as_str()
        .expect("the input is a text")
        .to_owned();
    let describe = mock!(aws_sdk_sfn::Client::describe_execution).then_output(move || {
        DescribeExecutionOutput::builder()
            .execution_arn("arn")
            .state_machine_arn("arn")
            .status(aws_sdk_sfn::types::ExecutionStatus::TimedOut)
            .start_date(aws_sdk_sfn::primitives::DateTime::from_secs(0))
            .input(&input)
            .build()
            .expect("the required fields are set")
    });
    let put = recorded("0123456789abcdef0123456789abcdef#7", "EXECUTION_TIMED_OUT");
    let announced = announced("0123456789abcdef0123456789abcdef#7", "EXECUTION_TIMED_OUT");
    let adapters = announcing(&[&stored(None), &put], &[&describe], &[&announced]);
    let outcome = handle(&adapters, event(INPUT_LEFT_OUT)).await.unwrap();
    assert_eq!(outcome, Outcome::Rejected);
    assert_eq!(describe.num_calls(), 1);
}

#[tokio::test]
async fn what_is_no_failed_execution_is_refused_by_name() {
    for payload in [
        serde_json::json!({}),
        serde_json::json!({"time": "", "detail": {"executionArn": "", "name": "", "status": "SUCCEEDED"}}),
    ] {
        let failure = handle(&adapters(&[], &[]), payload).await.unwrap_err();
        assert_eq!(failure.error_type(), "NotAnExecutionEvent");
    }
}

#[tokio::test]
async fn an_input_of_another_kind_is_refused_by_name() {
    let mut payload = event(UPLOAD_FAILED);
    payload["detail"]["input"] = "{}".into();
    let failure = handle(&adapters(&[], &[]), payload).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidTransaction");
}

#[tokio::test]
async fn a_rejection_that_is_not_announced_fails_once_its_record_stands() {
    let put = recorded("0123456789abcdef0123456789abcdef#7", "EXECUTION_FAILED");
    let refusing = mock!(aws_sdk_eventbridge::Client::put_events).then_error(|| {
        let denied = aws_sdk_eventbridge::error::ErrorMetadata::builder();
        PutEventsError::generic(denied.code("AccessDeniedException").build())
    });
    let adapters = announcing(&[&stored(None), &put], &[], &[&refusing]);
    let failure = handle(&adapters, event(UPLOAD_FAILED)).await.unwrap_err();
    assert_eq!(failure.error_type(), "RejectionNotAnnounced");
    assert_eq!(put.num_calls(), 1);
}
