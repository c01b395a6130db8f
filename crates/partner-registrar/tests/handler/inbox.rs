//! The folder that a partner finds at its first login, and what becomes of it.

use serde_json::{Value, json};

use crate::{
    answer_beside, event,
    fake_bucket::{FakeBucket, Refusal},
    fake_table::FakeTable,
    table_with, text, token,
};

async fn succeed(bucket: &FakeBucket, event: Value) {
    let table = table_with("acme", "ACTIVE");
    let answer = answer_beside(bucket, event, &token(), &table).await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
}

#[tokio::test]
async fn a_new_partner_finds_an_inbox() {
    let bucket = FakeBucket::default();
    succeed(&bucket, event("create.json")).await;
    assert_eq!(bucket.keys(), ["acme/inbox/"]);
}

#[tokio::test]
async fn an_update_makes_an_inbox_that_was_removed() {
    let bucket = FakeBucket::default();
    bucket.put("acme/inbox/");
    bucket.mark_deleted("acme/inbox/");
    succeed(&bucket, event("update-email.json")).await;
    assert_eq!(bucket.keys(), ["acme/inbox/"; 3]);
}

#[tokio::test]
async fn a_partner_in_the_place_of_another_has_an_inbox_of_its_own() {
    let bucket = FakeBucket::default();
    succeed(&bucket, event("create.json")).await;
    succeed(&bucket, event("update-partner-id.json")).await;
    assert_eq!(bucket.keys(), ["acme/inbox/", "globex/inbox/"]);
    succeed(&bucket, event("delete.json")).await;
    assert_eq!(bucket.keys(), ["globex/inbox/"]);
}

/// A bucket is deleted only when nothing is left in it, not even a delete marker.
#[tokio::test]
async fn a_delete_removes_every_version_of_the_folder_and_nothing_else() {
    let others = [
        "acme/",
        "acme/inbox",
        "acme/inbox/archive/",
        "acme/inbox/orders.xml",
        "globex/inbox/",
    ];
    for page in [1, 2, 3, 1000] {
        let bucket = FakeBucket::default();
        bucket.list_at_most(page);
        for key in others {
            bucket.put(key);
        }
        bucket.put("acme/inbox/");
        bucket.mark_deleted("acme/inbox/");
        bucket.put("acme/inbox/");
        succeed(&bucket, event("delete.json")).await;
        assert_eq!(bucket.keys(), others, "{page} versions a page");
    }
}

#[tokio::test]
async fn a_delete_ends_although_there_are_more_versions_than_it_has_time_for() {
    let bucket = FakeBucket::default();
    bucket.list_at_most(1);
    for _ in 0..9 {
        bucket.put("acme/inbox/");
    }
    succeed(&bucket, event("delete.json")).await;
    assert_eq!(bucket.keys().len(), 6);
}

#[tokio::test]
async fn a_delete_of_what_was_never_registered_touches_no_folder() {
    let bucket = FakeBucket::default();
    bucket.put("acme/inbox/");
    let mut event = event("delete.json");
    event["PhysicalResourceId"] = json!("unregistered/FirstPartner");
    succeed(&bucket, event).await;
    assert_eq!(bucket.keys(), ["acme/inbox/"]);
}

#[tokio::test]
async fn a_delete_succeeds_although_the_bucket_fails() {
    for refusal in [Refusal::List, Refusal::Delete, Refusal::EachVersion] {
        let bucket = FakeBucket::default();
        let table = FakeTable::default();
        answer_beside(&bucket, event("create.json"), &token(), &table.rule()).await;
        bucket.refuse(refusal);
        let answer = answer_beside(&bucket, event("delete.json"), &token(), &table.rule()).await;
        assert_eq!(answer["Status"], "SUCCESS", "{refusal:?}");
        assert_eq!(table.row("acme")["status"], text("DISABLED"), "{refusal:?}");
        assert_eq!(bucket.keys(), ["acme/inbox/"], "{refusal:?}");
    }
}

/// The write may have arrived all the same, so the rollback is to remove what it left.
#[tokio::test]
async fn an_inbox_that_cannot_be_made_is_a_failure_that_the_rollback_reverses() {
    let bucket = FakeBucket::default();
    bucket.refuse(Refusal::Put);
    let table = FakeTable::default();
    let answer = answer_beside(&bucket, event("create.json"), &token(), &table.rule()).await;
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(answer["PhysicalResourceId"], "acme");
    let reason = answer["Reason"].as_str().unwrap();
    let expected = "The inbox of the partner `acme` could not be made: \
                    the folder could not be written: ";
    assert!(reason.starts_with(expected), "{reason}");
    assert!(reason.contains("Access Denied"), "{reason}");
}

#[tokio::test]
async fn the_partner_of_another_token_gets_no_inbox_from_this_stack() {
    let bucket = FakeBucket::default();
    let table = FakeTable::default();
    table.set("acme", "api_token_sha256", "of another token");
    let answer = answer_beside(&bucket, event("create.json"), &token(), &table.rule()).await;
    assert_eq!(answer["Status"], "FAILED");
    assert!(bucket.keys().is_empty());
}
