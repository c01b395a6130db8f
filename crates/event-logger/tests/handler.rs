//! The lines that the logger writes.

use std::path::Path;

use event_logger::handle;
use lambda_sandbox::Lines;
use proptest::prelude::*;
use serde_json::{Value, json};

fn event() -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/event-logger");
    let text = std::fs::read_to_string(events.join("transaction-stored.json"));
    serde_json::from_str(&text.expect("the event file is there")).expect("the event file is JSON")
}

/// What is logged of an event.
fn logged(event: &Value) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .without_time()
        .with_target(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || handle(event));
    lines.text()
}

#[test]
fn an_event_is_one_line_of_what_it_is_and_whose_it_is() {
    let line: Value = serde_json::from_str(&logged(&event())).unwrap();
    assert_eq!(
        line,
        json!({
            "level": "INFO",
            "message": "An event was published.",
            "source": "b2b.transactions",
            "detail_type": "TransactionStored",
            "event_id": "TransactionStored#12-5b1d9a0c7e3f4a26",
            "partner_id": "acme",
        })
    );
}

#[test]
fn nothing_else_of_the_detail_is_logged() {
    let mut event = event();
    event["detail"]["applicant"] = json!({"name": "SECRET"});
    assert!(!logged(&event).contains("SECRET"));
    event["detail"]["event_id"] = json!({"SECRET": "SECRET"});
    event["detail"]["partner_id"] = json!(["SECRET"]);
    assert!(!logged(&event).contains("SECRET"));
}

#[test]
fn a_long_text_is_cut() {
    let mut event = event();
    event["detail"]["event_id"] = json!("é".repeat(300));
    let line: Value = serde_json::from_str(&logged(&event)).unwrap();
    assert_eq!(line["event_id"], "é".repeat(256));
}

proptest! {
    #[test]
    fn any_text_stays_in_one_line_of_json(id in any::<String>()) {
        let line = logged(&json!({"source": id, "detail": {"event_id": id}}));
        prop_assert_eq!(line.lines().count(), 1);
        prop_assert!(serde_json::from_str::<Value>(&line).is_ok(), "{}", line);
    }
}

#[test]
fn what_is_no_event_is_logged_too() {
    for delivery in [json!(null), json!("text"), json!({"detail": "text"})] {
        assert!(logged(&delivery).contains("An event was published."));
    }
}
