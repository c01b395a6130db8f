//! The binary under the Runtime API: the token goes to the table and to nowhere else.

use lambda_sandbox::{AwsAnswer, AwsCall, Outcome, Sandbox};
use serde_json::Value;

const PUBLISHED: &str =
    "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>";

fn answer(call: &AwsCall) -> AwsAnswer {
    let body = if call.operation == "Publish" {
        PUBLISHED
    } else {
        "{}"
    };
    (200, body.to_owned())
}

#[test]
fn the_token_is_stored_before_the_order_is_published_and_stays_inside() {
    let event = include_str!("../../../events/sns-callback-dispatcher/shipping.json");
    let event: Value = serde_json::from_str(event).unwrap();
    let token = event["token"].as_str().unwrap();
    let variables = [
        (
            "SNS_TOPIC_ARN",
            "arn:aws:sns:eu-central-1:123456789012:shipping",
        ),
        ("CALLBACK_TABLE", "callback-tasks"),
        ("TASK_TYPE", "ORDER_SHIPPING_SERVICE"),
        ("PAYLOAD_EVENT_KEY", "process_order_output"),
    ];
    let binary = env!("CARGO_BIN_EXE_sns-callback-dispatcher");
    let sandbox = Sandbox::start(binary, &variables, answer);

    let outcome = sandbox.invoke(&event);
    assert!(matches!(outcome, Outcome::Answer(_)), "{outcome:?}");
    let calls = sandbox.calls();
    let operations: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["UpdateItem", "Publish"]);
    assert!(calls[0].body.contains(token));
    let beginning = &token[..20];
    assert!(!calls[1].body.contains(beginning), "{}", calls[1].body);
    let log = sandbox.end();
    assert!(!log.contains(beginning), "{log}");
}
