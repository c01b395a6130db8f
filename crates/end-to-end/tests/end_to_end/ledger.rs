//! The ledger follows an upload until its last transaction has ended, and tells of that once.

use crate::event_listener::EventListener;
use crate::logs::Logs;
use crate::stack_under_test::{LIMIT, StackUnderTest, batch};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Row, key};
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
    assert_eq!(row["size"], file.len().to_string());
    assert!(row["etag"].as_str().is_some_and(|etag| !etag.is_empty()));
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

    let logs = Logs::from_now_on(&test);
    test.upload(&format!("/inbox/{id}.xml"), &file);
    test.upload(&format!("/inbox/{id} (copy).xml"), &file);
    expect_nothing_started(&logs, 2, &upload);
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
fn a_file_with_nothing_to_wait_for_is_complete() {
    let test = StackUnderTest::shared("ledger-nothing");
    let listener = EventListener::start(&test);
    let id = test.id(1);
    let empty = format!("<Transactions><!-- {id} --></Transactions>");
    for (name, file, rejected) in [("empty", empty, 0), ("bad", batch([(id.as_str(), "")]), 1)] {
        let path = format!("/inbox/{}.xml", test.id(name));
        test.upload(&path, &file);
        let key = format!("{}{path}", test.partner());
        let event = listener.wait_for(&format!("the completion of {name}"), |events| {
            let mut events = events.iter();
            let found = events.find(|event| {
                event["detail-type"] == "UploadCompleted" && event["detail"]["key"] == key.as_str()
            });
            found.map(|event| event["detail"].clone())
        });
        let expected = json!({"accepted": 0, "stored": 0, "duplicates": 0, "rejected": rejected});
        assert_eq!(counts(&event), expected, "{name}");
        let row = ledger_row(&test, &event["upload_id"]);
        assert_eq!(row["status"], "COMPLETED", "{name}");
    }
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

/// Waits until the splitter has said `times` that the upload's bytes start nothing. It says so in
/// place of sending them: messages that were sent again would start nothing either.
pub fn expect_nothing_started(logs: &Logs, times: usize, upload: &Value) {
    let upload = upload.as_str().unwrap();
    logs.wait_for_several(times, &["were split before", upload]);
}

/// Waits until the ledger says that the upload is complete.
pub fn wait_for_completion(test: &StackUnderTest, upload: &Value) {
    wait::until("the upload's completion", LIMIT, || {
        let row = ledger_row(test, upload);
        Ok::<_, AwsError>(match row["status"].as_str() {
            Some("COMPLETED") => Look::Done(()),
            other => Look::Waiting(format!("{other:?}")),
        })
    })
    .unwrap();
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
