//! The simulator with scripted clients, over the payloads that its workflow hands over.

use async_api_simulator::{Adapters, handle};
use aws_sdk_sfn::{
    Client,
    error::ErrorMetadata,
    operation::{
        send_task_failure::SendTaskFailureOutput,
        send_task_success::{SendTaskSuccessError, SendTaskSuccessOutput},
    },
    types::error::TaskTimedOut,
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use callback_task::TaskCallbacks;
use serde_json::{Value, json};

const SUCCESS: &str = include_str!("../../../events/async-api-simulator/success.json");
const FAILURE: &str = include_str!("../../../events/async-api-simulator/failure.json");

fn event(text: &str) -> Value {
    serde_json::from_str(text).expect("the event is JSON")
}

fn adapters(rule: &Rule) -> Adapters {
    Adapters {
        callbacks: TaskCallbacks::new(mock_client!(aws_sdk_sfn, RuleMode::MatchAny, [rule])),
    }
}

fn refused(code: &'static str) -> Rule {
    mock!(Client::send_task_success).then_error(move || {
        let meta = ErrorMetadata::builder().code(code).build();
        match code {
            "TaskTimedOut" => {
                SendTaskSuccessError::TaskTimedOut(TaskTimedOut::builder().meta(meta).build())
            }
            _ => SendTaskSuccessError::generic(meta),
        }
    })
}

#[tokio::test]
async fn a_success_brings_the_answer_that_the_caller_chooses_on() {
    let succeed = mock!(Client::send_task_success)
        .match_requests(|request| {
            let output = request.output().map(serde_json::from_str::<Value>);
            output.is_some_and(|output| output.expect("the output is JSON")["status"] == 200)
        })
        .then_output(|| SendTaskSuccessOutput::builder().build());
    let delivery = handle(&adapters(&succeed), event(SUCCESS)).await.unwrap();
    assert_eq!(json!(delivery), json!({"delivered": true}));
    assert_eq!(succeed.num_calls(), 1);
}

#[tokio::test]
async fn a_wait_is_a_whole_number_however_it_is_written() {
    let succeed = mock!(Client::send_task_success)
        .match_requests(|request| request.output() == Some(r#"{"status":200,"waitedSeconds":3}"#))
        .then_output(|| SendTaskSuccessOutput::builder().build());
    for written in ["3", "3.0", "3e0"] {
        let mut call = event(SUCCESS);
        call["payload"]["waitTime"] = serde_json::from_str(written).unwrap();
        let delivery = handle(&adapters(&succeed), call).await.unwrap();
        assert!(delivery.delivered, "{written}");
    }
    assert_eq!(succeed.num_calls(), 3);
}

#[tokio::test]
async fn a_failure_brings_a_named_error() {
    let fail = mock!(Client::send_task_failure)
        .match_requests(|request| request.error() == Some("AsyncApiFailed"))
        .then_output(|| SendTaskFailureOutput::builder().build());
    let delivery = handle(&adapters(&fail), event(FAILURE)).await.unwrap();
    assert!(delivery.delivered);
    assert_eq!(fail.num_calls(), 1);
}

#[tokio::test]
async fn a_caller_that_waits_no_more_is_not_called_again() {
    let late = refused("TaskTimedOut");
    let delivery = handle(&adapters(&late), event(SUCCESS)).await.unwrap();
    assert!(!delivery.delivered);
    assert_eq!(late.num_calls(), 1);
}

#[tokio::test]
async fn a_busy_step_functions_is_an_error_to_repeat() {
    let busy = refused("ThrottlingException");
    let failure = handle(&adapters(&busy), event(SUCCESS)).await.unwrap_err();
    assert_eq!(failure.error_type(), "CallbackUnavailable");
}

#[tokio::test]
async fn another_payload_is_refused_by_name() {
    let unused = refused("TaskTimedOut");
    for payload in [
        json!({}),
        json!({"taskToken": "", "payload": {"waitTime": 1, "status": "success"}}),
        json!({"taskToken": "t", "payload": {"waitTime": 1.5, "status": "success"}}),
        json!({"taskToken": "t", "payload": {"waitTime": -1, "status": "success"}}),
        json!({"taskToken": "t", "payload": {"waitTime": "1", "status": "success"}}),
    ] {
        let failure = handle(&adapters(&unused), payload).await.unwrap_err();
        assert_eq!(failure.error_type(), "InvalidCall");
    }
}
