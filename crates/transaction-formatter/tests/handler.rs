//! The formatter, from an execution's input to the state after it.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use transaction::{CleanMessage, Message};
use transaction_formatter::handle;

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/transaction-formatter");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

fn event_with_message(message: &str) -> Value {
    let mut event = event("api-transaction.json");
    event["transaction_message"] = json!(message);
    event
}

fn state_after(event: Value) -> Value {
    let formatted = handle(event).expect("the transaction has a cleaned form");
    serde_json::to_value(formatted).expect("a formatted transaction serialises")
}

fn error_type_of(event: Value) -> &'static str {
    handle(event)
        .expect_err("the transaction has no cleaned form")
        .error_type()
}

#[test]
fn a_request_to_the_api_has_neither_upload_nor_ordinal() {
    assert_eq!(
        state_after(event("api-transaction.json")),
        json!({
            "messageId": "12",
            "transactionMessage": "Transaction made between user 687 and user 329.",
            "payload_sha256": "5251a176242e767854984c69aa459118aaec35ef07fa1497db03dd155dd9e83b",
            "partner": "acme",
            "upload_id": null,
            "ordinal": null,
            "received_at": "2026-03-01T09:30:00.123Z",
        })
    );
}

#[test]
fn a_transaction_of_an_upload_keeps_its_place() {
    let state = state_after(event("upload-transaction.json"));
    assert_eq!(state["messageId"], "1");
    assert_eq!(state["upload_id"], "00112233445566778899aabbccddeeff");
    assert_eq!(state["ordinal"], 1);
}

#[test]
fn a_time_of_another_offset_is_told_in_utc() {
    let mut event = event("api-transaction.json");
    event["received_at"] = json!("2026-03-01T15:00:00.123+05:30");
    assert_eq!(
        state_after(event)["received_at"],
        "2026-03-01T09:30:00.123Z"
    );
}

#[test]
fn an_untidy_message_is_cleaned_before_it_is_fingerprinted() {
    let state = state_after(event("untidy-message.json"));
    let message = "Refund for café Müller\n\tbooked twice";
    assert_eq!(state["transactionMessage"], message);
    let tidy = state_after(event_with_message(message));
    assert_eq!(state["payload_sha256"], tidy["payload_sha256"]);
    let other = state_after(event_with_message("Refund for cafe Müller\n\tbooked twice"));
    assert_ne!(state["payload_sha256"], other["payload_sha256"]);
}

#[test]
fn a_message_of_which_nothing_is_left_is_empty() {
    assert_eq!(error_type_of(event("blank-message.json")), "MessageEmpty");
}

#[test]
fn a_message_that_normalisation_lengthens_beyond_the_limit_is_too_large() {
    // U+0958 has three bytes, and its normalisation form C has six.
    let message = "\u{958}".repeat(Message::MAX_JSON_BYTES / 6);
    assert!(handle(event_with_message(&message)).is_ok());
    assert_eq!(
        error_type_of(event_with_message(&format!("{message}\u{958}"))),
        "MessageTooLarge"
    );
}

#[test]
fn an_input_that_is_no_queued_transaction_is_invalid_and_not_quoted() {
    let mut of_nobody = event("api-transaction.json");
    of_nobody["partner"] = json!("SECRET");
    let mut without_time = event("api-transaction.json");
    without_time.as_object_mut().unwrap().remove("received_at");
    for input in [
        of_nobody,
        without_time,
        event_with_message(""),
        json!("SECRET"),
        json!({}),
        Value::Null,
    ] {
        let failure = handle(input).unwrap_err();
        assert_eq!(failure.error_type(), "InvalidTransaction");
        assert!(!format!("{failure:?}").contains("SECRET"));
    }
}

proptest! {
    #[test]
    fn formatting_a_formatted_transaction_changes_nothing(text in any::<String>()) {
        prop_assume!(Message::parse(text.as_str()).is_ok_and(|message| CleanMessage::of(&message).is_ok()));
        let once = state_after(event_with_message(&text));
        let twice = state_after(event_with_message(once["transactionMessage"].as_str().unwrap()));
        prop_assert_eq!(once, twice);
    }
}
