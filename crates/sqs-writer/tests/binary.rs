//! The binary under the Runtime API: one request, and a queue that works or does not.

use lambda_sandbox::{AwsAnswer, AwsCall, Outcome, Sandbox};
use serde_json::Value;

const QUEUE_URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/transactions";

/// The status of the answer, and what the function called and wrote.
fn posted(answer: fn(&AwsCall) -> AwsAnswer) -> (Value, Vec<AwsCall>, String) {
    let event = include_str!("../../../events/sqs-writer/form-body.json");
    let event: Value = serde_json::from_str(event).expect("the event file is JSON");
    let variables = [
        ("TRANSACTION_QUEUE_URL", QUEUE_URL),
        ("IDEMPOTENCY_TABLE", "idempotency"),
    ];
    let sandbox = Sandbox::start(env!("CARGO_BIN_EXE_sqs-writer"), &variables, answer);
    let outcome = sandbox.invoke(&event);
    let Outcome::Answer(response) = outcome else {
        panic!("a request has an answer: {outcome:?}");
    };
    let calls = sandbox.calls();
    (response, calls, sandbox.end())
}

fn assert_discreet(log: &str) {
    for secret in ["Transaction made between", "7Qm2vXc9LkZr4TnWb8YsJd3H"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn a_request_is_queued_once_and_no_line_tells_what_it_says() {
    let (response, calls, log) = posted(|_| (200, r#"{"MessageId":"m"}"#.to_owned()));
    assert_eq!(response["statusCode"], 202);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].operation, "SendMessage");
    assert_discreet(&log);
}

#[test]
fn a_queue_that_fails_is_an_answer_that_says_when_to_come_again() {
    let (response, calls, log) = posted(|_| (500, "{}".to_owned()));
    assert_eq!(response["statusCode"], 503);
    assert_eq!(response["headers"]["retry-after"], "5");
    assert_eq!(calls.len(), 3, "the SDK's attempts");
    assert_discreet(&log);
}
