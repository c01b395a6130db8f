//! Failures of the services around the splitter, each with its name.

use aws_sdk_dynamodb::operation::{get_item::GetItemError, put_item::PutItemError};
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_sqs::{
    operation::send_message_batch::{SendMessageBatchError, SendMessageBatchOutput},
    types::BatchResultErrorEntry,
};
use aws_smithy_mocks::Rule;
use aws_smithy_types::error::ErrorMetadata;

use super::{
    world::{answer, object},
    *,
};

fn denied() -> ErrorMetadata {
    ErrorMetadata::builder()
        .code("AccessDeniedException")
        .build()
}

fn status(status: u16) -> Rule {
    mock!(Client::get_object)
        .sequence()
        .http_status(status, None)
        .repeatedly()
        .build()
}

/// The name that Lambda reports, and the sentence that comes with it.
async fn failure(world: &World, event: Value) -> String {
    let failure = handle(&world.adapters(), event).await.unwrap_err();
    failure.error_type().to_owned()
}

#[tokio::test]
async fn an_object_that_cannot_be_had_fails_the_invocation_and_sends_nothing() {
    for (http, name) in [
        (404, "ObjectNotFound"),
        (412, "ObjectChanged"),
        (403, "ObjectAccessDenied"),
        (400, "ObjectUnreadable"),
    ] {
        let mut world = World::with(THREE);
        world.objects = vec![status(http)];
        assert_eq!(failure(&world, event("object-created-put")).await, name);
        assert!(world.seen.messages().is_empty() && world.seen.rejections().is_empty());
    }
}

#[tokio::test]
async fn an_object_that_is_gone_before_it_is_pinned_fails_the_invocation() {
    let mut world = World::with(THREE);
    let head = mock!(Client::head_object).sequence().http_status(404, None);
    world.objects.push(head.repeatedly().build());
    let name = failure(&world, event("api-call-put")).await;
    assert_eq!(name, "ObjectNotFound");

    let mut world = World::with(THREE);
    let head = mock!(Client::head_object).then_output(|| HeadObjectOutput::builder().build());
    world.objects.push(head);
    let name = failure(&world, event("api-call-put")).await;
    assert_eq!(name, "ObjectUnreadable");
}

#[tokio::test]
async fn an_object_that_vanishes_between_the_passes_fails_the_invocation() {
    let mut world = World::with(THREE);
    world.objects = vec![
        mock!(Client::get_object)
            .sequence()
            .output(|| answer(THREE.into()))
            .http_status(412, None)
            .build(),
    ];
    let name = failure(&world, event("object-created-unversioned")).await;
    assert_eq!(name, "ObjectChanged");
    assert!(world.seen.messages().is_empty());
}

#[tokio::test]
async fn other_bytes_in_the_second_pass_fail_the_invocation() {
    for other in [THREE.replace("Two", "Duo"), "<Transactions>".to_owned()] {
        let mut world = World::with(THREE);
        world.objects = vec![
            mock!(Client::get_object)
                .sequence()
                .output(|| answer(THREE.into()))
                .output(move || answer(other.clone().into()))
                .build(),
        ];
        let name = failure(&world, event("object-created-put")).await;
        assert_eq!(name, "ObjectChanged");
    }
}

#[tokio::test]
async fn a_partners_table_that_does_not_answer_fails_the_invocation_unread() {
    let mut world = World::with(THREE);
    world.partners =
        mock!(aws_sdk_dynamodb::Client::get_item).then_error(|| GetItemError::generic(denied()));
    let name = failure(&world, event("object-created-put")).await;
    assert_eq!(name, "PartnersTableFailed");
    assert!(world.seen.reads.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_queue_that_takes_nothing_fails_the_invocation() {
    let mut world = World::with(THREE);
    world.queue = mock!(aws_sdk_sqs::Client::send_message_batch)
        .then_error(|| SendMessageBatchError::generic(denied()));
    let name = failure(&world, event("object-created-put")).await;
    assert_eq!(name, "TransactionQueueFailed");
}

#[tokio::test]
async fn a_transaction_that_the_queue_refuses_fails_the_invocation() {
    let mut world = World::with(THREE);
    world.queue = mock!(aws_sdk_sqs::Client::send_message_batch).then_output(|| {
        let refused = BatchResultErrorEntry::builder()
            .id("1")
            .code("InvalidMessageContents")
            .sender_fault(true);
        SendMessageBatchOutput::builder()
            .set_successful(Some(Vec::new()))
            .failed(refused.build().unwrap())
            .build()
            .unwrap()
    });
    let name = failure(&world, event("object-created-put")).await;
    assert_eq!(name, "TransactionQueueFailed");
}

#[tokio::test]
async fn a_rejection_that_cannot_be_recorded_fails_the_invocation() {
    let one_bad = "<Transactions><Transaction/></Transactions>";
    for content in [one_bad, "no XML"] {
        let mut world = World::with(content);
        world.rejections = mock!(aws_sdk_dynamodb::Client::put_item)
            .then_error(|| PutItemError::generic(denied()));
        let name = failure(&world, event("object-created-put")).await;
        assert_eq!(name, "RejectionsTableFailed", "{content}");
    }
}

#[tokio::test]
async fn an_event_that_is_not_understood_fails_the_invocation() {
    let world = World::with(THREE);
    let name = failure(
        &world,
        json!({"detail-type": "Object Created", "detail": {}}),
    )
    .await;
    assert_eq!(name, "UploadEventNotUnderstood");
}

#[tokio::test]
async fn the_failure_of_one_object_keeps_no_other_from_the_queue() {
    let mut world = World::with(THREE);
    let missing = mock!(Client::get_object)
        .match_requests(|request| request.key() == Some("acme/missing.xml"))
        .sequence()
        .http_status(404, None)
        .build();
    world.objects = vec![missing, object(&world.seen, THREE.into())];
    let mut event = event("s3-notification-several");
    let present = event["Records"][0].clone();
    event["Records"][0]["s3"]["object"]["key"] = "acme/missing.xml".into();
    event["Records"][2] = present;
    assert_eq!(failure(&world, event).await, "ObjectNotFound");
    assert_eq!(world.seen.messages().len(), 3);
}

#[tokio::test]
async fn a_record_that_is_not_understood_keeps_no_other_from_the_queue() {
    let world = World::with(THREE);
    let mut event = event("s3-notification-several");
    let present = event["Records"][0].clone();
    event["Records"][0]["s3"]["object"]["key"] = "acme/%FF.xml".into();
    event["Records"][2] = present;
    let name = failure(&world, event).await;
    assert_eq!(name, "UploadEventNotUnderstood");
    assert_eq!(world.seen.messages().len(), 3);
}
