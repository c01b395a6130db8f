//! The binary under the Runtime API: the name of a failure is what the workflow's Catch selects by.

use lambda_sandbox::{Outcome, Sandbox};
use serde_json::{Value, json};

fn event(message: &str) -> Value {
    json!({
        "id": "12",
        "transaction_message": message,
        "partner": "acme",
        "upload_id": null,
        "ordinal": null,
        "received_at": "2026-03-01T09:30:00Z"
    })
}

#[test]
fn a_failure_has_its_name_and_the_next_transaction_its_answer() {
    let no_service = |_: &_| unreachable!("the formatter calls no service");
    let sandbox = Sandbox::start(env!("CARGO_BIN_EXE_transaction-formatter"), &[], no_service);

    let failure = sandbox.invoke(&event(" \r\n\t"));
    let Outcome::Failure { error_type, .. } = failure else {
        panic!("a blank message is no failure: {failure:?}");
    };
    assert_eq!(error_type, "MessageEmpty");

    let answer = sandbox.invoke(&event(" Fifty boxes of apples. "));
    let Outcome::Answer(state) = answer else {
        panic!("a good message is a failure: {answer:?}");
    };
    assert_eq!(state["transactionMessage"], "Fifty boxes of apples.");

    let log = sandbox.end();
    assert!(log.contains("MessageEmpty"), "{log}");
    assert!(!log.contains("apples"), "{log}");
}
