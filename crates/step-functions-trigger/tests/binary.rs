//! The binary under the Runtime API: a batch of the queue, and what comes back of it.

use lambda_sandbox::{AwsCall, Outcome, Sandbox};
use serde_json::{Value, json};

const STARTED: &str = r#"{"executionArn":"arn:aws:states:eu-central-1:123456789012:execution:standard:x","startDate":1.0}"#;

#[test]
fn the_bad_message_returns_and_the_others_are_started() {
    let event = include_str!("../../../events/step-functions-trigger/malformed-among-good.json");
    let event: Value = serde_json::from_str(event).unwrap();
    let variables = [
        ("STANDARD_WORKFLOW_ARN", "arn:standard"),
        ("UPLOAD_WORKFLOW_ARN", "arn:upload"),
    ];
    let sandbox = Sandbox::start(
        env!("CARGO_BIN_EXE_step-functions-trigger"),
        &variables,
        |_: &AwsCall| (200, STARTED.to_owned()),
    );

    let outcome = sandbox.invoke(&event);
    let bad = json!([{"itemIdentifier": "00000002-5b3c-4c1f-9d2a-0123456789ab"}]);
    assert_eq!(outcome, Outcome::Answer(json!({"batchItemFailures": bad})));

    let calls = sandbox.calls();
    assert_eq!(calls.len(), 2);
    for call in calls {
        assert_eq!(call.operation, "StartExecution");
        assert!(call.body.contains("arn:upload"), "{}", call.body);
    }
    let log = sandbox.end();
    assert!(!log.contains("Transaction made between"), "{log}");
}
