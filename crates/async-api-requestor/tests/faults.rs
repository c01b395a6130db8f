//! The requestor where a service is busy or silent, and where one message among others is bad.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use async_api_requestor::{Adapters, Simulator, handle};
use aws_sdk_sfn::{
    Client, Config,
    config::retry::RetryConfig,
    operation::start_execution::{StartExecutionInput, StartExecutionOutput},
    primitives::DateTime,
};
use aws_smithy_http_client::test_util::NeverClient;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use aws_smithy_runtime_api::http::Response;
use callback_task::TaskCallbacks;
use serde_json::{Value, json};

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/async-api-requestor");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

fn adapters(client: Client) -> Adapters {
    Adapters {
        simulator: Simulator::new(client.clone(), "arn:simulator".to_owned()),
        callbacks: TaskCallbacks::new(client),
    }
}

/// The ids of the messages that return to the queue.
async fn failures(adapters: &Adapters, event: Value) -> Vec<String> {
    let response = handle(adapters, event).await;
    let response = response.expect("the event is a batch of messages");
    let failures = response.batch_item_failures.into_iter();
    failures.map(|failure| failure.item_identifier).collect()
}

fn without_retries(rule: &Rule) -> Adapters {
    adapters(mock_client!(
        aws_sdk_sfn,
        RuleMode::MatchAny,
        [rule],
        |config| config.retry_config(RetryConfig::disabled())
    ))
}

/// A simulator that starts everything, and what it was asked to start.
fn starting() -> (Rule, Arc<Mutex<Vec<StartExecutionInput>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&requests);
    let rule = mock!(Client::start_execution).then_compute_output(move |request| {
        let mut requests = record.lock().expect("no test panics with the lock");
        requests.push(request.clone());
        StartExecutionOutput::builder()
            .execution_arn("arn:execution")
            .start_date(DateTime::from_secs(0))
            .build()
            .expect("the output is whole")
    });
    (rule, requests)
}

fn refusal(status: u16, code: &str) -> Response {
    let body = json!({"__type": code, "message": "Refused."}).to_string();
    Response::new(status.try_into().expect("a status of HTTP"), body.into())
}

#[tokio::test]
async fn a_message_without_a_token_returns_to_the_queue_and_its_neighbours_do_not() {
    let (rule, requests) = starting();
    let event = event("token-missing-among-good.json");
    let expected = event["Records"][1]["messageId"].clone();
    assert_eq!(failures(&without_retries(&rule), event).await, [expected]);
    assert_eq!(requests.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn the_simulator_gets_the_token_in_its_input_alone_and_no_field_that_it_does_not_know() {
    let (rule, requests) = starting();
    let mut event = event("success.json");
    let message = json!({
        "taskToken": "TOKEN",
        "payload": {"waitTime": 3, "status": "success", "note": "x"},
    });
    event["Records"][0]["body"] = json!(message.to_string());
    failures(&without_retries(&rule), event).await;
    let requests = requests.lock().unwrap();
    let input: Value = serde_json::from_str(requests[0].input().unwrap()).unwrap();
    let payload = json!({"waitTime": 3, "status": "success"});
    assert_eq!(input, json!({"taskToken": "TOKEN", "payload": payload}));
    assert!(!requests[0].name().unwrap().contains("TOKEN"));
    assert!(requests[0].name().unwrap().len() <= 80);
}

#[tokio::test]
async fn a_caller_that_could_not_be_told_is_told_again() {
    for (status, code) in [(400, "ThrottlingException"), (500, "InternalFailure")] {
        let rule =
            mock!(Client::send_task_failure).then_http_response(move || refusal(status, code));
        let failed = failures(&without_retries(&rule), event("invalid-and-malformed.json")).await;
        assert_eq!(failed, ["invalid", "malformed"], "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_service_returns_the_messages_before_the_function_times_out() {
    let config = Config::builder()
        .with_test_defaults_v2()
        .http_client(NeverClient::new());
    let adapters = adapters(Client::from_conf(config.build()));
    let begun = tokio::time::Instant::now();
    let failed = failures(&adapters, event("token-missing-among-good.json")).await;
    assert_eq!(failed.len(), 3);
    assert!(begun.elapsed().as_secs() < 10);
}
