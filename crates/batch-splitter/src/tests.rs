//! The whole splitter over scripted services, fed with event files.

mod announcements;
mod failures;
mod ignored;
mod ledger;
mod log_lines;
mod refusals;
mod repetitions;
mod stateful_ledger;
mod world;

use aws_sdk_s3::{Client, operation::head_object::HeadObjectOutput};
use aws_smithy_mocks::mock;
use serde_json::{Value, json};

use super::*;
use world::{World, upload_id};

const VERSION: &str = "QqTdWPYDRGXfO2nM0B1sZk8LcE5hVjUa";
const ETAG: &str = "\"5f3d2a0b9c8e7d6f5a4b3c2d1e0f9a8b\"";

const THREE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Transactions>
  <Transaction TransactionID="1"><Notes>One &amp; only.</Notes></Transaction>
  <Transaction TransactionID="2"><Notes>Two.</Notes></Transaction>
  <Transaction TransactionID="1"><Notes>One again.</Notes></Transaction>
</Transactions>
"#;

fn event(case: &str) -> Value {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/batch-splitter");
    let text = std::fs::read_to_string(format!("{directory}/{case}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The invocation's result, as its caller reads it.
async fn result(world: &World, event: Value) -> Value {
    let answer = handle(&world.adapters(), event).await.unwrap();
    serde_json::to_value(answer).unwrap()
}

/// `acme`'s upload of `content`, all of it taken or recorded.
fn summary(content: &str, accepted: u64, rejected: u64) -> Value {
    json!({
        "upload_id": upload_id(content.as_bytes()),
        "partner_id": "acme",
        "accepted": accepted,
        "rejected": rejected,
    })
}

#[tokio::test]
async fn every_transaction_of_an_upload_goes_to_the_queue() {
    let world = World::with(THREE);
    let result = result(&world, event("object-created-put")).await;
    assert_eq!(result, summary(THREE, 3, 0));
    let messages = world.seen.messages();
    let expected = |ordinal: u64, id: &str, message: &str| {
        json!({
            "id": id,
            "transaction_message": message,
            "partner": "acme",
            "upload_id": upload_id(THREE.as_bytes()),
            "ordinal": ordinal,
            "received_at": "2026-03-01T09:30:00Z",
        })
    };
    assert_eq!(
        serde_json::to_value(messages).unwrap(),
        json!([
            expected(1, "1", "One & only."),
            expected(2, "2", "Two."),
            expected(3, "1", "One again."),
        ])
    );
    assert!(world.seen.rejections().is_empty());
}

#[tokio::test]
async fn both_passes_read_what_the_event_pinned() {
    for (case, key, version, etag) in [
        ("object-created-put", "acme/orders.xml", Some(VERSION), None),
        (
            "object-created-copy",
            "acme/inbox/orders.xml",
            Some(VERSION),
            None,
        ),
        (
            "object-created-multipart",
            "acme/orders.xml",
            Some(VERSION),
            None,
        ),
        (
            "object-created-unversioned",
            "acme/orders.xml",
            None,
            Some(ETAG),
        ),
        (
            "object-created-raw-key",
            "acme/März + 50%20 orders.xml",
            Some(VERSION),
            None,
        ),
        ("api-call-multipart", "acme/orders.xml", Some(VERSION), None),
        (
            "transfer-upload-completed",
            "acme/inbox/orders.xml",
            None,
            Some(ETAG),
        ),
        (
            "s3-notification",
            "acme/März + 50%20 orders.xml",
            Some(VERSION),
            None,
        ),
    ] {
        let world = World::with(THREE);
        assert_eq!(
            result(&world, event(case)).await,
            summary(THREE, 3, 0),
            "{case}"
        );
        let reads = world.seen.reads.lock().unwrap();
        assert_eq!(reads.len(), 2, "{case}");
        for read in reads.iter() {
            assert_eq!(
                read.bucket(),
                Some("b2b-uploadsbucket-1a2b3c4d5e6f"),
                "{case}"
            );
            assert_eq!(read.key(), Some(key), "{case}");
            assert_eq!(read.version_id(), version, "{case}");
            assert_eq!(read.if_match(), etag, "{case}");
        }
    }
}

#[tokio::test]
async fn an_event_that_pins_nothing_is_pinned_by_what_stands_there() {
    let bucket = json!({"name": "b2b-uploadsbucket-1a2b3c4d5e6f"});
    let object = json!({"key": "acme/orders.xml"});
    let named = json!({"bucket": bucket, "object": object});
    for event in [
        event("api-call-put"),
        event("api-call-copy"),
        json!({"detail-type": "Object Created", "detail": named}),
        json!({"Records": [{"s3": named}]}),
    ] {
        let mut world = World::with(THREE);
        let head = mock!(Client::head_object)
            .then_output(|| HeadObjectOutput::builder().e_tag(ETAG).build());
        world.objects.push(head.clone());
        assert_eq!(result(&world, event).await, summary(THREE, 3, 0));
        assert_eq!(head.num_calls(), 1);
        let reads = world.seen.reads.lock().unwrap();
        assert!(reads.iter().all(|read| read.if_match() == Some(ETAG)));
    }
}

#[tokio::test]
async fn a_file_without_transactions_is_an_upload_of_none() {
    let world = World::with("<Transactions/>");
    let result = result(&world, event("object-created-put")).await;
    assert_eq!(result, summary("<Transactions/>", 0, 0));
}

#[tokio::test]
async fn without_a_time_in_the_event_the_object_tells_when_it_came() {
    let world = World::with(THREE);
    let mut event = event("object-created-put");
    event["time"] = Value::Null;
    result(&world, event).await;
    let messages = world.seen.messages();
    assert_eq!(messages[0].received_at, "2026-02-28T17:33:20Z");
}

#[tokio::test]
async fn an_upload_of_ten_thousand_goes_to_the_queue_whole() {
    let transactions = (1..=10_000).map(|id| {
        let notes = format!("<Notes>Transaction {id}.</Notes>");
        format!(r#"<Transaction TransactionID="{id}">{notes}</Transaction>"#)
    });
    let transactions: Vec<_> = transactions.collect();
    let content = format!("<Transactions>{}</Transactions>", transactions.concat());
    let world = World::with(content.as_str());
    let result = result(&world, event("object-created-put")).await;
    assert_eq!(result, summary(&content, 10_000, 0));
    let messages = world.seen.messages();
    for (message, ordinal) in messages.iter().zip(1_u64..) {
        assert_eq!(message.ordinal, Some(ordinal));
        assert_eq!(message.id.as_str(), ordinal.to_string());
    }
    assert_eq!(messages.len(), 10_000);
    assert_eq!(world.queue.num_calls(), 1000);
}
