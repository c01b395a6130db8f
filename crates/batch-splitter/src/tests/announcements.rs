//! What is published of an upload, and when.

use aws_sdk_eventbridge::operation::put_events::PutEventsError;
use aws_smithy_types::error::ErrorMetadata;

use super::{
    world::{World, upload_id},
    *,
};

/// A bus that refuses every call for good.
fn refusing() -> aws_smithy_mocks::Rule {
    mock!(aws_sdk_eventbridge::Client::put_events).then_error(|| {
        let denied = ErrorMetadata::builder().code("AccessDeniedException");
        PutEventsError::generic(denied.build())
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
    let one_bad = "<Transactions><Transaction/></Transactions>";
    for (content, records) in [(one_bad, 0), ("no XML", 1)] {
        let mut world = World::with(content);
        world.bus = refusing();
        let failure = handle(&world.adapters(), event("object-created-put"))
            .await
            .unwrap_err();
        assert_eq!(failure.error_type(), "EventBusFailed", "{content}");
        assert_eq!(world.seen.rejections().len(), records, "{content}");
        assert!(world.seen.messages().is_empty(), "{content}");
    }
}

#[tokio::test]
async fn a_rejection_that_is_not_recorded_is_not_announced() {
    let mut world = World::with("<Transactions><Transaction/></Transactions>");
    world.rejections = mock!(aws_sdk_dynamodb::Client::put_item).then_error(|| {
        let denied = ErrorMetadata::builder().code("AccessDeniedException");
        aws_sdk_dynamodb::operation::put_item::PutItemError::generic(denied.build())
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
