//! The requestor with scripted clients, over the events that it must handle.

use async_api_requestor::{Adapters, Simulator, handle};
use aws_sdk_sfn::{
    Client,
    error::ErrorMetadata,
    operation::{
        send_task_failure::{SendTaskFailureError, SendTaskFailureOutput},
        start_execution::{StartExecutionError, StartExecutionOutput},
    },
    primitives::DateTime,
    types::error::{ExecutionAlreadyExists, StateMachineDoesNotExist, TaskTimedOut},
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use callback_task::{TaskCallbacks, TaskToken};
use serde_json::{Value, json};

const SUCCESS: &str = include_str!("../../../events/async-api-requestor/success.json");
const INVALID: &str =
    include_str!("../../../events/async-api-requestor/invalid-and-malformed.json");

fn event(text: &str) -> Value {
    serde_json::from_str(text).expect("the event is JSON")
}

fn adapters(rules: &[&Rule]) -> Adapters {
    let client = mock_client!(aws_sdk_sfn, RuleMode::MatchAny, rules);
    Adapters {
        simulator: Simulator::new(client.clone(), "arn:simulator".to_owned()),
        callbacks: TaskCallbacks::new(client),
    }
}

async fn failed(rules: &[&Rule], text: &str) -> Vec<String> {
    let response = handle(&adapters(rules), event(text))
        .await
        .expect("a batch is always answered");
    response
        .batch_item_failures
        .into_iter()
        .map(|failure| failure.item_identifier)
        .collect()
}

fn started() -> Rule {
    let name = format!(
        "call-{}",
        TaskToken::parse("AAAAKgAAAAIAAAAAAAAAATaskToken")
            .expect("a token")
            .sha256()
    );
    mock!(Client::start_execution)
        .match_requests(move |request| {
            let input: Value = serde_json::from_str(request.input().unwrap_or_default())
                .expect("the input is JSON");
            request.name() == Some(&name)
                && request.state_machine_arn() == Some("arn:simulator")
                && input["payload"] == json!({"waitTime": 3, "status": "success"})
        })
        .then_output(|| {
            StartExecutionOutput::builder()
                .execution_arn("arn")
                .start_date(DateTime::from_secs(0))
                .build()
                .expect("the required fields are set")
        })
}

#[tokio::test]
async fn a_request_calls_the_api_under_the_name_of_its_token() {
    let start = started();
    assert!(failed(&[&start], SUCCESS).await.is_empty());
    assert_eq!(start.num_calls(), 1);
}

#[tokio::test]
async fn a_request_that_is_delivered_again_was_passed_on_already() {
    let exists = mock!(Client::start_execution).then_error(|| {
        StartExecutionError::ExecutionAlreadyExists(ExecutionAlreadyExists::builder().build())
    });
    assert!(failed(&[&exists], SUCCESS).await.is_empty());
}

#[tokio::test]
async fn a_request_that_cannot_be_passed_on_returns_to_the_queue() {
    let gone = mock!(Client::start_execution).then_error(|| {
        StartExecutionError::StateMachineDoesNotExist(StateMachineDoesNotExist::builder().build())
    });
    assert_eq!(
        failed(&[&gone], SUCCESS).await,
        ["059f36b4-87a3-44ab-83d2-661975830a7d"]
    );
}

#[tokio::test]
async fn an_invalid_request_is_answered_and_a_malformed_message_alone_returns() {
    let answer = mock!(Client::send_task_failure)
        .match_requests(|request| {
            request.error() == Some("InvalidRequest")
                && request
                    .cause()
                    .is_some_and(|cause| cause.starts_with("waitTime must"))
        })
        .then_output(|| SendTaskFailureOutput::builder().build());
    assert_eq!(failed(&[&answer], INVALID).await, ["malformed"]);
    assert_eq!(answer.num_calls(), 1);
}

#[tokio::test]
async fn a_caller_that_is_gone_needs_no_answer() {
    let gone = mock!(Client::send_task_failure).then_error(|| {
        let code = ErrorMetadata::builder().code("TaskTimedOut").build();
        SendTaskFailureError::TaskTimedOut(TaskTimedOut::builder().meta(code).build())
    });
    assert_eq!(failed(&[&gone], INVALID).await, ["malformed"]);
}

#[tokio::test]
async fn another_payload_is_refused_by_name() {
    let failure = handle(&adapters(&[]), json!({"Records": 1}))
        .await
        .unwrap_err();
    assert_eq!(failure.error_type(), "NotAnSqsEvent");
}
