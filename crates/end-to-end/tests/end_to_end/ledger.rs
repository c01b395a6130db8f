//! The ledger follows an upload until its last transaction has ended, and tells of that once.

use crate::event_listener::EventListener;
use crate::stack_under_test::{StackUnderTest, batch};
use local_stack::{Row, key};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn an_upload_is_complete_when_its_last_transaction_has_ended() {
    let test = StackUnderTest::shared("completed");
    let listener = EventListener::start(&test);
    let [first, second, bad] = ["first", "second", "bad"].map(|name| test.id(name));
    test.upload(
        &format!("/inbox/{first}.xml"),
        &batch([(first.as_str(), "Stored.")]),
    );
    let alone = test.wait_for_row(&first);
    assert_eq!(completed(&listener, &alone["upload_id"])["stored"], 1);

    // A row, what is stored already, other content under its id, and no notes.
    let file = batch([
        (second.as_str(), "Stored."),
        (first.as_str(), "Stored."),
        (first.as_str(), "Other content."),
        (bad.as_str(), ""),
    ]);
    let path = format!("/inbox/{second}.xml");
    test.upload(&path, &file);
    let upload = test.wait_for_row(&second)["upload_id"].clone();
    let event = completed(&listener, &upload);
    let expected = json!({"accepted": 3, "stored": 1, "duplicates": 1, "rejected": 2});
    assert_eq!(counts(&event), expected);
    assert_eq!(event["key"], format!("{}{path}", test.partner()));

    let row = ledger_row(&test, &upload);
    assert_eq!(row["status"], "COMPLETED");
    assert_eq!(row["partner_id"], test.partner());
    for (name, number) in expected.as_object().unwrap() {
        assert_eq!(row[name], number.to_string(), "{name}");
    }
    assert_eq!(row["completed_at"], event["completed_at"]);
}

#[test]
fn the_same_bytes_again_change_nothing_in_the_ledger() {
    let test = StackUnderTest::shared("ledger-again");
    let listener = EventListener::start(&test);
    let id = test.id(1);
    let file = batch([(id.as_str(), "Once.")]);
    test.upload(&format!("/inbox/{id}.xml"), &file);
    let upload = test.wait_for_row(&id)["upload_id"].clone();
    completed(&listener, &upload);
    let row = ledger_row(&test, &upload);

    test.upload(&format!("/inbox/{id}.xml"), &file);
    test.upload(&format!("/inbox/{id} (copy).xml"), &file);
    test.let_an_upload_pass();
    assert_eq!(ledger_row(&test, &upload), row);
    let events = listener.events();
    let of_the_upload = events
        .iter()
        .map(|event| &event["detail"])
        .filter(|detail| detail["upload_id"] == upload);
    // An event may be delivered twice, under one id.
    let ids = of_the_upload.map(|detail| detail["event_id"].to_string());
    assert_eq!(ids.collect::<BTreeSet<_>>().len(), 3, "{events:?}");
}

#[test]
fn a_refused_file_is_rejected_in_the_ledger() {
    let test = StackUnderTest::shared("ledger-refused");
    let listener = EventListener::start(&test);
    let id = test.id(1);
    let path = format!("/inbox/{id}.xml");
    test.upload(
        &path,
        &batch([(id.as_str(), "Cut.")]).replace("</Transactions>", ""),
    );
    let key = format!("{}{path}", test.partner());
    let upload = listener.wait_for("the refusal", |events| {
        let mut events = events.iter().map(|event| &event["detail"]);
        let refusal = events.find(|detail| detail["key"] == key.as_str());
        refusal.map(|detail| detail["upload_id"].clone())
    });
    assert_eq!(ledger_row(&test, &upload)["status"], "REJECTED");
}

/// Waits for the event of the upload's completion, and answers its detail.
fn completed(listener: &EventListener, upload: &Value) -> Value {
    let upload = upload.as_str().unwrap();
    let event = listener.wait_for_event(&format!("UploadCompleted#{upload}"));
    event["detail"].clone()
}

fn counts(event: &Value) -> Value {
    let names = ["accepted", "stored", "duplicates", "rejected"];
    names
        .map(|name| (name.to_owned(), event[name].clone()))
        .into_iter()
        .collect()
}

/// The row of an upload, as far as it stands still.
pub fn ledger_row(test: &StackUnderTest, upload: &Value) -> Row {
    let table = test.stack.output("UploadsTableName").unwrap();
    let key = key([("upload_id", upload.as_str().unwrap())]);
    let mut row = test.aws.get_item(table, &key).unwrap().unwrap();
    // It is noted after the event: a moment that nobody waits for.
    row.remove("announced_at");
    row
}
