//! What the logger writes, and what it never writes.

use lambda_sandbox::Lines;
use notification_logger::handle;
use serde_json::Value;

/// The one line that an event leaves.
fn line(event: &str) -> Value {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let event = serde_json::from_str(event).expect("the event is JSON");
        handle(event).expect("the event is a delivery of Amazon SNS");
    });
    serde_json::from_str(&lines.text()).expect("there is one line of JSON")
}

#[test]
fn a_notification_leaves_status_message_and_size_and_nothing_of_its_body() {
    let line = line(include_str!(
        "../../../events/notification-logger/failure.json"
    ));
    assert_eq!(line["status"], 500);
    assert_eq!(line["notification"], "API Failed");
    let body = r#"{"Error": "AsyncApiFailed", "Cause": "The API was asked to fail."}"#;
    assert_eq!(line["body_bytes"], body.len());
    assert_eq!(
        line["sns_message_id"],
        "95df01b4-ee98-5cb9-9903-4c221d41eb5e"
    );
    assert!(!line.to_string().contains("asked to fail"), "{line}");
}

#[test]
fn another_message_leaves_its_size_and_nothing_of_its_text() {
    let line = line(include_str!(
        "../../../events/notification-logger/other-message.json"
    ));
    assert_eq!(line["bytes"], 6);
    assert!(!line.to_string().contains("Hello"), "{line}");
}
