//! What the ledger is told of an upload, and what it tells.

use std::sync::Arc;

use aws_sdk_dynamodb::{
    Client,
    operation::{
        put_item::{PutItemError, PutItemOutput},
        update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput},
    },
    types::{
        AttributeValue::{self, N, S},
        error::ConditionalCheckFailedException,
    },
};
use aws_smithy_mocks::{Rule, mock};
use serde_json::json;

use super::{ETAG, THREE, VERSION, World, event, result, summary, upload_id, world::Seen};

/// A ledger that has no such upload yet, and in which its transactions have not ended.
pub(super) fn of_a_new_upload(seen: &Seen) -> Vec<Rule> {
    vec![entered(seen), updated(seen), not_ended()]
}

fn entered(seen: &Seen) -> Rule {
    let entries = Arc::clone(&seen.entries);
    mock!(Client::put_item).then_compute_output(move |request| {
        entries.lock().unwrap().push(request.clone());
        PutItemOutput::builder().build()
    })
}

fn updated(seen: &Seen) -> Rule {
    let updates = Arc::clone(&seen.updates);
    mock!(Client::update_item)
        .match_requests(|request| !completes(request))
        .then_compute_output(move |request| {
            updates.lock().unwrap().push(request.clone());
            UpdateItemOutput::builder().build()
        })
}

fn not_ended() -> Rule {
    mock!(Client::update_item)
        .match_requests(completes)
        .then_error(|| {
            let split = refused().item("status", text("SPLIT"));
            UpdateItemError::ConditionalCheckFailedException(split.build())
        })
}

fn completes(request: &UpdateItemInput) -> bool {
    let condition = request.condition_expression();
    condition.is_some_and(|condition| condition.contains("ended >= transactions"))
}

fn known(status: &'static str) -> Rule {
    mock!(Client::put_item).then_error(move || {
        let row = refused()
            .item("status", text(status))
            .item("key", text("acme/first.xml"))
            .item("received_at", text("2026-03-01T09:00:00Z"))
            .item("accepted", N("2".to_owned()))
            .item("transactions", N("3".to_owned()));
        PutItemError::ConditionalCheckFailedException(row.build())
    })
}

fn refused() -> aws_sdk_dynamodb::types::error::builders::ConditionalCheckFailedExceptionBuilder {
    ConditionalCheckFailedException::builder()
}

fn text(text: &str) -> AttributeValue {
    S(text.to_owned())
}

/// The values of the one update that was made.
fn update(world: &World) -> UpdateItemInput {
    let updates = world.seen.updates.lock().unwrap();
    let [update] = updates.as_slice() else {
        panic!("{updates:?}")
    };
    update.clone()
}

#[tokio::test]
async fn an_upload_is_entered_before_and_split_after_it_is_sent() {
    let world = World::with(THREE);
    result(&world, event("object-created-put")).await;
    let entries = world.seen.entries.lock().unwrap();
    let row = entries[0].item().unwrap();
    assert_eq!(row["upload_id"], text(upload_id(THREE.as_bytes()).as_str()));
    assert_eq!(row["partner_id"], text("acme"));
    assert_eq!(row["key"], text("acme/orders.xml"));
    assert_eq!(row["status"], text("RECEIVED"));
    assert_eq!(row["size"], N(THREE.len().to_string()));
    assert_eq!(row["bucket"], text("b2b-uploadsbucket-1a2b3c4d5e6f"));
    assert_eq!(row["version_id"], text(VERSION));
    assert_eq!(row["etag"], text(ETAG.trim_matches('"')));

    let update = update(&world);
    let values = update.expression_attribute_values().unwrap();
    assert_eq!(values[":split"], text("SPLIT"));
    assert_eq!(values[":accepted"], N("3".to_owned()));
    assert_eq!(values[":transactions"], N("3".to_owned()));
}

#[tokio::test]
async fn an_object_that_has_no_version_is_entered_with_its_entity_tag() {
    let world = World::with(THREE);
    result(&world, event("object-created-unversioned")).await;
    let entries = world.seen.entries.lock().unwrap();
    let row = entries[0].item().unwrap();
    assert_eq!(row["etag"], text(ETAG.trim_matches('"')));
    assert!(!row.contains_key("version_id"));
}

#[tokio::test]
async fn a_file_that_was_split_before_starts_nothing() {
    // A later release may refuse what an earlier one took.
    for content in [THREE, "no XML"] {
        for status in ["SPLIT", "COMPLETED"] {
            let mut world = World::with(content);
            world.ledger = vec![known(status), not_ended()];
            let result = result(&world, event("object-created-copy")).await;
            assert_eq!(result, summary(content, 2, 1), "{status}");
            assert!(world.seen.messages().is_empty());
            assert!(world.seen.rejections().is_empty());
            assert!(world.seen.events().is_empty());
        }
    }
}

#[tokio::test]
async fn a_file_that_was_cut_short_is_sent_again() {
    let mut world = World::with(THREE);
    world.ledger[0] = known("RECEIVED");
    let result = result(&world, event("object-created-put")).await;
    assert_eq!(result, summary(THREE, 3, 0));
    assert_eq!(world.seen.messages().len(), 3);
    let received = &world.seen.events()[0];
    assert_eq!(
        received["key"], "acme/first.xml",
        "as it was the first time"
    );
    assert_eq!(received["received_at"], "2026-03-01T09:00:00Z");
}

#[tokio::test]
async fn a_refused_file_is_refused_in_the_ledger_too() {
    let world = World::with("<Transactions>");
    result(&world, event("object-created-put")).await;
    let update = update(&world);
    let values = update.expression_attribute_values().unwrap();
    assert_eq!(values[":rejected"], text("REJECTED"));
}

#[tokio::test]
async fn an_upload_whose_transactions_have_ended_already_is_complete() {
    let mut world = World::with(THREE);
    let id = upload_id(THREE.as_bytes());
    world.ledger[2] = mock!(Client::update_item)
        .match_requests(completes)
        .then_output(move || {
            let numbers = [
                ("accepted", 3),
                ("stored", 2),
                ("duplicates", 1),
                ("rejected", 0),
            ];
            let row = numbers.map(|(name, number)| (name, N(number.to_string())));
            let row = row.into_iter().chain([
                ("upload_id", text(id.as_str())),
                ("partner_id", text("acme")),
                ("key", text("acme/orders.xml")),
                ("status", text("COMPLETED")),
                ("completed_at", text("2026-03-01T09:30:01Z")),
            ]);
            let row = row.map(|(name, value)| (name.to_owned(), value));
            UpdateItemOutput::builder()
                .set_attributes(Some(row.collect()))
                .build()
        });
    result(&world, event("object-created-put")).await;
    let events = world.seen.events();
    let id = upload_id(THREE.as_bytes());
    assert_eq!(events[0]["event_id"], format!("UploadCompleted#{id}"));
    assert_eq!(events[0]["stored"], 2);
    assert_eq!(events[0]["duplicates"], json!(1));
    let updates = world.seen.updates.lock().unwrap();
    let last = updates.last().unwrap();
    assert_eq!(last.update_expression(), Some("SET announced_at = :now"));
}
