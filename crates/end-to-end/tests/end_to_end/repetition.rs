//! Whatever comes again changes nothing.

use crate::ledger::{expect_nothing_started, wait_for_completion};
use crate::logs::Logs;
use crate::other_partner::OtherPartner;
use crate::splitter::Splitter;
use crate::stack_under_test::{LIMIT, StackUnderTest, batch};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Row, Service};
use serde_json::{Value, json};

#[test]
fn the_same_file_again_stores_nothing_further() {
    let test = StackUnderTest::shared("file-again");
    let id = test.id(1);
    let file = batch([(id.as_str(), "Once.")]);
    test.upload(&format!("/inbox/{id}.xml"), &file);
    let first = test.wait_for_row(&id);
    wait_for_completion(&test, &first["upload_id"]);

    let logs = Logs::from_now_on(&test);
    test.upload(&format!("/inbox/{id}.xml"), &file);
    test.upload(&format!("/inbox/{id} (copy).xml"), &file);
    let sftp = test.sftp();
    sftp.rename(
        &format!("/inbox/{id}.xml"),
        &format!("/inbox/{id} (renamed).xml"),
    )
    .unwrap();
    let bucket = test.stack.output("UploadsBucketName").unwrap();
    let key = format!("{}/inbox/{id} (in parts).xml", test.partner());
    let parts = test
        .aws
        .put_object_in_parts(bucket, &key, &[file.as_bytes()]);
    parts.unwrap();
    // Again, copied, renamed, and in parts.
    expect_nothing_started(&logs, 4, &first["upload_id"]);
    test.let_an_upload_pass();
    assert_unchanged(&test, &id, &first);
    assert_eq!(executions_of(&test, &id), 1);
}

#[test]
fn the_same_event_again_stores_nothing_further() {
    let test = StackUnderTest::shared("event-again");
    let id = test.id(1);
    let path = format!("/inbox/{id}.xml");
    test.upload(&path, &batch([(id.as_str(), "Once.")]));
    let first = test.wait_for_row(&id);
    wait_for_completion(&test, &first["upload_id"]);

    let logs = Logs::from_now_on(&test);
    let summary = Splitter::of(&test).repeat(&path);
    assert_eq!(summary["upload_id"], first["upload_id"]);
    assert_eq!(summary["partner_id"], test.partner());
    expect_nothing_started(&logs, 1, &first["upload_id"]);
    test.let_an_upload_pass();
    assert_unchanged(&test, &id, &first);
    assert_eq!(executions_of(&test, &id), 1);
}

#[test]
fn two_partners_may_use_the_same_ids() {
    let test = StackUnderTest::shared("two-partners");
    let other = OtherPartner::join(&test);
    let id = test.id(1);
    let file = batch([(id.as_str(), "Whose?")]);
    test.upload(&format!("/inbox/{id}.xml"), &file);
    let ours = test.wait_for_row(&id);
    let bucket = test.stack.output("UploadsBucketName").unwrap();
    let key = format!("{}/inbox/{id}.xml", other.id);
    test.aws.put_object(bucket, &key, file.as_bytes()).unwrap();

    let theirs = test.wait_for_row_of(&other.id, &id);
    assert_eq!(theirs["email"], "orders@another.example");
    assert_ne!(theirs["upload_id"], ours["upload_id"]);
    assert_unchanged(&test, &id, &ours);
    assert_eq!(executions_of(&test, &id), 2);
}

#[test]
fn the_same_message_again_stores_nothing_further() {
    let test = StackUnderTest::shared("message-again");
    let id = test.id(1);
    let message = request(&test, &id);
    let input = json!({
        "QueueUrl": test.stack.output("TransactionQueueUrl").unwrap(),
        "MessageBody": message.to_string(),
    });
    test.call(Service::Sqs, "SendMessage", &input);
    let first = test.wait_for_row(&id);

    test.call(Service::Sqs, "SendMessage", &input);
    test.let_an_upload_pass();
    assert_unchanged(&test, &id, &first);
    assert_eq!(executions_of(&test, &id), 1);
}

#[test]
fn the_same_request_again_stores_nothing_further() {
    let test = StackUnderTest::shared("request-again");
    let id = test.id(1);
    let request = json!({"transactionId": id, "transactionMessage": "Once."});
    assert_eq!(
        test.api
            .post_json("/transactions", &request)
            .unwrap()
            .status,
        202
    );
    let first = test.wait_for_row(&id);

    assert_eq!(
        test.api
            .post_json("/transactions", &request)
            .unwrap()
            .status,
        202
    );
    // A request is one of its own and starts an execution of its own, which finds the row.
    let awaited = "the second execution";
    wait::until(awaited, LIMIT, || {
        Ok::<_, AwsError>(match test.executions().len() {
            2 => Look::Done(()),
            other => Look::Waiting(format!("{other} executions")),
        })
    })
    .unwrap();
    test.let_an_upload_pass();
    assert_unchanged(&test, &id, &first);
}

#[test]
fn the_message_of_an_upload_again_stores_nothing_further() {
    let test = StackUnderTest::shared("upload-message-again");
    let id = test.id(1);
    test.upload(
        &format!("/inbox/{id}.xml"),
        &batch([(id.as_str(), "Once.")]),
    );
    let first = test.wait_for_row(&id);
    let message = json!({
        "id": id,
        "transaction_message": "Once.",
        "partner": test.partner(),
        "upload_id": first["upload_id"],
        "ordinal": 1,
        "received_at": first["received_at"],
    });
    let input = json!({
        "QueueUrl": test.stack.output("TransactionQueueUrl").unwrap(),
        "MessageBody": message.to_string(),
    });
    test.call(Service::Sqs, "SendMessage", &input);
    test.let_an_upload_pass();
    assert_unchanged(&test, &id, &first);
    // Nothing guards the name of an Express execution: the store's condition does it all.
    let in_use = test.stack.output("TransactionWorkflowArn").unwrap();
    let expected = if in_use.contains("Express") { 2 } else { 1 };
    assert_eq!(executions_of(&test, &id), expected);
}

#[test]
fn the_same_input_under_two_names_is_one_row_and_no_rejection() {
    let test = StackUnderTest::shared("two-names");
    let id = test.id(1);
    let input = request(&test, &id);
    let run = || {
        let workflow = test.workflows("Standard").remove(0);
        let execution = test.aws.start_execution(&workflow, &input).unwrap();
        test.aws.wait_for_end(&execution, LIMIT).unwrap()
    };
    assert_eq!(run().output["outcome"], "STORED");
    let first = test.wait_for_row(&id);
    // Its own row: announced as stored once more, and no duplicate.
    assert_eq!(run().output["outcome"], "STORED");
    assert_unchanged(&test, &id, &first);
}

/// A request's transaction, as the queue and the workflow get it.
fn request(test: &StackUnderTest, id: &str) -> Value {
    json!({
        "id": id,
        "transaction_message": "Once.",
        "partner": test.partner(),
        "upload_id": null,
        "ordinal": null,
        "received_at": "2026-01-01T00:00:00Z",
    })
}

/// How many executions there are of the transaction.
fn executions_of(test: &StackUnderTest, id: &str) -> usize {
    let executions = test.executions().into_iter();
    executions.filter(|name| name.starts_with(id)).count()
}

/// `stored_at` is part of the row: a row that was written again would differ.
fn assert_unchanged(test: &StackUnderTest, id: &str, first: &Row) {
    assert_eq!(test.row(id).as_ref(), Some(first));
    assert!(test.rejections(id).is_empty());
}
