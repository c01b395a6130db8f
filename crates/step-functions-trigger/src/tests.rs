//! The whole trigger over a real client whose answers are scripted, fed with event files.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use aws_sdk_sfn::{
    Client, Config,
    error::ErrorMetadata,
    operation::start_execution::{StartExecutionError, StartExecutionInput, StartExecutionOutput},
    primitives::DateTime,
    types::error::{ExecutionAlreadyExists, ExecutionLimitExceeded},
};
use aws_smithy_http_client::test_util::NeverClient;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use lambda_failure::sqs_batch::TIME_BUDGET;
use serde_json::json;
use tokio::time::{Duration, Instant};

use super::*;

const STANDARD: &str = "arn:aws:states:eu-central-1:123456789012:stateMachine:Standard";
const UPLOADS: &str = "arn:aws:states:eu-central-1:123456789012:stateMachine:Express";

fn event(case: &str) -> Value {
    let directory = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../events/step-functions-trigger"
    );
    let text = std::fs::read_to_string(format!("{directory}/{case}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn message_id(number: u32) -> String {
    format!("{number:08}-5b3c-4c1f-9d2a-0123456789ab")
}

fn failures<const N: usize>(numbers: [u32; N]) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    response.set_failures(numbers.map(message_id));
    response
}

fn trigger(rules: &[&Rule]) -> Adapters {
    let client = mock_client!(aws_sdk_sfn, RuleMode::MatchAny, rules);
    adapters(client.config())
}

fn adapters(config: &Config) -> Adapters {
    Adapters {
        workflows: Workflows::new(config, STANDARD.into(), UPLOADS.into()),
    }
}

fn started() -> StartExecutionOutput {
    StartExecutionOutput::builder()
        .execution_arn("arn:execution")
        .start_date(DateTime::from_secs(0))
        .build()
        .unwrap()
}

fn error(code: &str) -> StartExecutionError {
    StartExecutionError::generic(ErrorMetadata::builder().code(code).build())
}

fn limit_exceeded() -> StartExecutionError {
    let meta = ErrorMetadata::builder().code("ExecutionLimitExceeded");
    let exceeded = ExecutionLimitExceeded::builder().meta(meta.build());
    StartExecutionError::ExecutionLimitExceeded(exceeded.build())
}

/// A trigger that starts everything, and what it was asked to start.
fn recording_trigger() -> (Adapters, Arc<Mutex<Vec<StartExecutionInput>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&requests);
    let rule = mock!(Client::start_execution).then_compute_output(move |request| {
        record.lock().unwrap().push(request.clone());
        started()
    });
    (trigger(&[&rule]), requests)
}

#[tokio::test]
async fn transactions_of_an_upload_start_in_the_workflow_for_uploads() {
    let (adapters, requests) = recording_trigger();
    let event = event("from-upload");
    let response = handle(&adapters, event.clone()).await.unwrap();
    assert_eq!(response, failures([]));
    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 2);
    for (request, record) in requests.iter().zip(event["Records"].as_array().unwrap()) {
        assert_eq!(request.state_machine_arn(), Some(UPLOADS));
        assert_eq!(request.input(), record["body"].as_str());
    }
    let names: BTreeSet<_> = requests.iter().map(|request| &request.name).collect();
    assert_eq!(names.len(), 2);
}

#[tokio::test]
async fn a_request_starts_in_the_standard_workflow() {
    let (adapters, requests) = recording_trigger();
    let response = handle(&adapters, event("from-request")).await.unwrap();
    assert_eq!(response, failures([]));
    let requests = requests.lock().unwrap();
    assert_eq!(requests[0].state_machine_arn(), Some(STANDARD));
    assert!(requests[0].name().unwrap().starts_with("12-"));
}

#[tokio::test]
async fn a_request_is_the_same_one_in_whatever_offset_its_time_is_told() {
    let (adapters, requests) = recording_trigger();
    let mut event = event("from-request");
    handle(&adapters, event.clone()).await.unwrap();
    let body = event["Records"][0]["body"].as_str().unwrap();
    let body = body.replace("09:30:00Z", "10:30:00+01:00");
    event["Records"][0]["body"] = body.into();
    handle(&adapters, event).await.unwrap();
    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].name(), requests[1].name());
    assert_eq!(requests[0].input(), requests[1].input());
}

#[tokio::test]
async fn the_input_has_none_of_the_escapes_that_only_the_queue_needs() {
    let (adapters, requests) = recording_trigger();
    let mut event = event("from-request");
    let body = event["Records"][0]["body"].as_str().unwrap();
    let body = body.replace("user 687", "user \\ufffe");
    event["Records"][0]["body"] = body.into();
    handle(&adapters, event).await.unwrap();
    let requests = requests.lock().unwrap();
    assert!(requests[0].input().unwrap().contains("user \u{fffe}"));
}

#[tokio::test]
async fn an_execution_that_exists_already_counts_as_started() {
    let rule = mock!(Client::start_execution).then_error(|| {
        StartExecutionError::ExecutionAlreadyExists(ExecutionAlreadyExists::builder().build())
    });
    let response = handle(&trigger(&[&rule]), event("from-upload")).await;
    assert_eq!(response.unwrap(), failures([]));
    assert_eq!(rule.num_calls(), 2);
}

#[tokio::test]
async fn only_the_malformed_message_returns_to_the_queue() {
    let (adapters, requests) = recording_trigger();
    let response = handle(&adapters, event("malformed-among-good")).await;
    assert_eq!(response.unwrap(), failures([2]));
    assert_eq!(requests.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn only_the_message_that_could_not_be_started_returns_to_the_queue() {
    let refused = mock!(Client::start_execution)
        .match_requests(|request| request.name().is_some_and(|name| name.starts_with("2-")))
        .then_error(|| error("StateMachineDeleting"));
    let taken = mock!(Client::start_execution).then_output(started);
    let adapters = trigger(&[&refused, &taken]);
    let response = handle(&adapters, event("from-upload")).await;
    assert_eq!(response.unwrap(), failures([2]));
    assert_eq!(refused.num_calls(), 1, "a lasting error is not tried again");
}

#[tokio::test(start_paused = true)]
async fn throttles_and_failing_servers_are_tried_again_inside_the_invocation() {
    let rule = mock!(Client::start_execution)
        .sequence()
        .error(|| error("ThrottlingException"))
        .error(limit_exceeded)
        .http_status(500, None)
        .http_status(503, None)
        .output(started)
        .build();
    let response = handle(&trigger(&[&rule]), event("from-request")).await;
    assert_eq!(response.unwrap(), failures([]));
    assert_eq!(rule.num_calls(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_lasting_throttle_returns_the_message_before_the_function_times_out() {
    let begun = Instant::now();
    let rule = mock!(Client::start_execution)
        .sequence()
        .error(limit_exceeded)
        .repeatedly()
        .build();
    let response = handle(&trigger(&[&rule]), event("from-request")).await;
    assert_eq!(response.unwrap(), failures([1]));
    assert!(begun.elapsed() <= TIME_BUDGET);
    assert!(rule.num_calls() > 1);
}

/// The SDK's own quota of a process is spent after a hundred.
#[tokio::test(start_paused = true)]
async fn a_trigger_that_was_throttled_hundreds_of_times_still_tries_again() {
    let rule = mock!(Client::start_execution)
        .sequence()
        .error(|| error("ThrottlingException"))
        .repeatedly()
        .build();
    let adapters = trigger(&[&rule]);
    while rule.num_calls() < 200 {
        handle(&adapters, event("from-upload")).await.unwrap();
    }
    let before = rule.num_calls();
    let response = handle(&adapters, event("from-request")).await;
    assert_eq!(response.unwrap(), failures([1]));
    assert!(rule.num_calls() - before > 2, "tries of one message");
}

#[tokio::test(start_paused = true)]
async fn a_silent_service_returns_the_messages_before_the_function_times_out() {
    let begun = Instant::now();
    let config = Config::builder()
        .with_test_defaults_v2()
        .http_client(NeverClient::new())
        .build();
    let response = handle(&adapters(&config), event("from-upload")).await;
    assert_eq!(response.unwrap(), failures([1, 2]));
    assert!(begun.elapsed() < TIME_BUDGET + Duration::from_millis(10));
}

#[tokio::test]
async fn an_event_of_another_kind_is_an_error_with_a_name() {
    let (adapters, _) = recording_trigger();
    let failure = handle(&adapters, json!({"detail-type": "Object Created"})).await;
    assert_eq!(failure.unwrap_err().error_type(), "NotAnSqsEvent");
}
