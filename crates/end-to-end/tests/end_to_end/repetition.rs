//! Whatever comes again changes nothing.

use crate::stack_under_test::{LIMIT, StackUnderTest, batch};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Row, Service};
use serde_json::json;

#[test]
fn the_same_file_again_stores_nothing_further() {
    let test = StackUnderTest::shared("file-again");
    let id = test.id(1);
    let file = batch([(id.as_str(), "Once.")]);
    test.upload(&format!("/inbox/{id}.xml"), &file);
    let first = test.wait_for_row(&id);

    test.upload(&format!("/inbox/{id}.xml"), &file);
    test.upload(&format!("/inbox/{id} (copy).xml"), &file);
    test.let_an_upload_pass();
    assert_unchanged(&test, &id, &first);
    let of_the_file = test
        .executions()
        .into_iter()
        .filter(|name| name.starts_with(&id));
    assert_eq!(of_the_file.count(), 1);
}

#[test]
fn the_same_event_again_stores_nothing_further() {
    let test = StackUnderTest::shared("event-again");
    let id = test.id(1);
    let name = format!("inbox/{id}.xml");
    test.upload(&format!("/{name}"), &batch([(id.as_str(), "Once.")]));
    let first = test.wait_for_row(&id);

    let event = json!({"Records": [{
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "bucket": {"name": test.stack.output("UploadsBucketName").unwrap()},
            "object": {"key": format!("{}/{name}", test.partner())},
        },
    }]});
    let functions = test.aws.functions().unwrap();
    let splitter = functions
        .iter()
        .find(|name| name.contains("BatchSplitter"))
        .unwrap();
    let summary = test.aws.invoke(splitter, &event).unwrap();
    assert_eq!(summary["upload_id"], first["upload_id"]);
    assert_eq!(summary["partner_id"], test.partner());

    test.let_an_upload_pass();
    assert_unchanged(&test, &id, &first);
}

#[test]
fn the_same_message_again_stores_nothing_further() {
    let test = StackUnderTest::shared("message-again");
    let id = test.id(1);
    let message = json!({
        "id": id,
        "transaction_message": "Once.",
        "partner": test.partner(),
        "upload_id": null,
        "ordinal": null,
        "received_at": "2026-01-01T00:00:00Z",
    });
    let input = json!({
        "QueueUrl": test.stack.output("TransactionQueueUrl").unwrap(),
        "MessageBody": message.to_string(),
    });
    test.call(Service::Sqs, "SendMessage", &input);
    let first = test.wait_for_row(&id);

    test.call(Service::Sqs, "SendMessage", &input);
    test.let_an_upload_pass();
    assert_unchanged(&test, &id, &first);
    let executions = test
        .executions()
        .into_iter()
        .filter(|name| name.starts_with(&id));
    assert_eq!(executions.count(), 1);
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

/// `stored_at` is part of the row: a row that was written again would differ.
fn assert_unchanged(test: &StackUnderTest, id: &str, first: &Row) {
    assert_eq!(test.row(id).as_ref(), Some(first));
    assert!(test.rejections(id).is_empty());
}
