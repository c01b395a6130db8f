//! What is published of an upload, and when.

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{AttributeValue, error::ConditionalCheckFailedException},
};
use aws_sdk_eventbridge::{
    operation::put_events::{PutEventsError, PutEventsOutput},
    types::PutEventsResultEntry,
};
use aws_smithy_mocks::MockResponse;
use aws_smithy_types::error::ErrorMetadata;

use super::{
    world::{World, upload_id},
    *,
};

const ONE_BAD: &str = "<Transactions><Transaction/></Transactions>";

/// A bus that refuses every event of that type for good, and takes every other.
fn refusing(detail_type: &'static str) -> aws_smithy_mocks::Rule {
    mock!(aws_sdk_eventbridge::Client::put_events).then_compute_response(move |request| {
        let mut entries = request.entries().iter();
        if entries.any(|entry| entry.detail_type() == Some(detail_type)) {
            let denied = ErrorMetadata::builder().code("AccessDeniedException");
            return MockResponse::Error(PutEventsError::generic(denied.build()));
        }
        let taken = PutEventsResultEntry::builder().event_id("e").build();
        let taken = vec![taken; request.entries().len()];
        MockResponse::Output(PutEventsOutput::builder().set_entries(Some(taken)).build())
    })
}

#[tokio::test]
async fn a_well_formed_file_is_announced_with_its_key_and_size() {
    let world = World::with(THREE);
    result(&world, event("object-created-put")).await;
    let upload_id = upload_id(THREE.as_bytes());
    let received = json!({
        "version": "1",
        "event_id": format!("UploadReceived#{upload_id}"),
        "partner_id": "acme",
        "upload_id": upload_id,
        "key": "acme/orders.xml",
        "size": THREE.len(),
        "received_at": "2026-03-01T09:30:00Z",
    });
    assert_eq!(world.seen.events(), [received]);
}

#[tokio::test]
async fn a_refused_file_is_announced_as_rejected_and_not_as_received() {
    let content = THREE.replace("</Transactions>", "</Transaction>");
    let world = World::with(content.as_str());
    let result = result(&world, event("object-created-put")).await;
    let upload_id = upload_id(content.as_bytes());
    let rejected = json!({
        "version": "1",
        "event_id": format!("UploadRejected#{upload_id}"),
        "partner_id": "acme",
        "upload_id": upload_id,
        "key": "acme/orders.xml",
        "code": "NOT_WELL_FORMED",
        "line": 6,
        "column": result["refused"]["column"],
    });
    assert_eq!(world.seen.events(), [rejected]);
}

#[tokio::test]
async fn every_rejected_transaction_is_announced_by_its_place() {
    let content = format!(
        r#"<Transactions><Transaction/><Transaction TransactionID="2"/>{}</Transactions>"#,
        "<Transaction/>".repeat(198)
    );
    let world = World::with(content.as_str());
    let result = result(&world, event("object-created-put")).await;
    assert_eq!(result, summary(&content, 0, 200));
    let mut events = world.seen.events();
    events.retain(|event| {
        event["event_id"]
            .as_str()
            .unwrap()
            .starts_with("TransactionRejected#")
    });
    events.sort_by_key(|event| event["ordinal"].as_u64());
    let upload_id = upload_id(content.as_bytes());
    for (event, ordinal) in events.iter().zip(1_u64..) {
        let rejection_id = format!("{upload_id}#{ordinal}");
        assert_eq!(event["rejection_id"], rejection_id);
        assert_eq!(
            event["event_id"],
            format!("TransactionRejected#{rejection_id}")
        );
        assert_eq!(
            event["transaction_id"],
            if ordinal == 2 {
                json!("2")
            } else {
                Value::Null
            }
        );
    }
    assert_eq!(events.len(), 200);
    assert_eq!(world.rejections.num_calls(), 200);
    assert_eq!(
        world.bus.num_calls(),
        21,
        "one receipt, and ten rejections a call"
    );
}

#[tokio::test]
async fn a_bus_that_refuses_fails_the_invocation_and_the_record_stands() {
    for (content, refused) in [
        (ONE_BAD, "TransactionRejected"),
        ("no XML", "UploadRejected"),
    ] {
        let mut world = World::with(content);
        world.bus = refusing(refused);
        let failure = handle(&world.adapters(), event("object-created-put"))
            .await
            .unwrap_err();
        assert_eq!(failure.error_type(), "EventBusFailed", "{content}");
        assert_eq!(world.seen.rejections().len(), 1, "{content}");
        assert!(world.seen.messages().is_empty(), "{content}");
    }
}

#[tokio::test]
async fn a_rejection_that_was_recorded_before_is_announced_as_its_record_says() {
    for content in [ONE_BAD, "no XML"] {
        let mut world = World::with(content);
        world.rejections = mock!(aws_sdk_dynamodb::Client::put_item).then_error(|| {
            let text = |text: &str| AttributeValue::S(text.to_owned());
            let standing = ConditionalCheckFailedException::builder()
                .item("code", text("AN_EARLIER_REASON"))
                .item("reason", text("An earlier reason."))
                .item("rejected_at", text("2026-03-01T09:00:00.000Z"));
            PutItemError::ConditionalCheckFailedException(standing.build())
        });
        result(&world, event("object-created-put")).await;
        let calls = world.seen.events.lock().unwrap();
        let last = calls.last().unwrap().entries()[0].detail().unwrap();
        let event: Value = serde_json::from_str(last).unwrap();
        assert_eq!(event["code"], "AN_EARLIER_REASON", "{content}");
        assert_eq!(event["rejected_at"], "2026-03-01T09:00:00.000Z");
    }
}

#[tokio::test]
async fn a_rejection_that_is_not_recorded_is_not_announced() {
    let mut world = World::with(ONE_BAD);
    world.rejections = mock!(aws_sdk_dynamodb::Client::put_item).then_error(|| {
        let denied = ErrorMetadata::builder().code("AccessDeniedException");
        PutItemError::generic(denied.build())
    });
    let failure = handle(&world.adapters(), event("object-created-put"))
        .await
        .unwrap_err();
    assert_eq!(failure.error_type(), "RejectionsTableFailed");
    let events = world.seen.events();
    assert_eq!(events.len(), 1);
    assert!(
        events[0]["event_id"]
            .as_str()
            .unwrap()
            .starts_with("UploadReceived#")
    );
}
