//! What is no upload, alone and beside one.

use super::*;

/// The summary of what is no upload, with whatever reason `result` has.
fn ignored(partner: Option<&str>, result: &Value) -> Value {
    assert!(result["ignored"].is_string(), "{result}");
    json!({
        "upload_id": null,
        "partner_id": partner,
        "accepted": 0,
        "rejected": 0,
        "ignored": result["ignored"],
    })
}

#[tokio::test]
async fn what_is_no_upload_is_ignored_and_nothing_is_asked() {
    for case in [
        "object-created-post",
        "object-created-receipt",
        "object-created-temporary",
        "object-deleted",
        "api-call-failed",
        "api-call-read",
        "s3-test-event",
    ] {
        let world = World::with(THREE);
        let result = result(&world, event(case)).await;
        let partner = match case {
            "object-created-receipt" | "object-created-temporary" => Some("acme"),
            _ => None,
        };
        assert_eq!(result, ignored(partner, &result), "{case}");
        assert_eq!(world.partners.num_calls(), 0, "{case}");
        assert!(world.seen.reads.lock().unwrap().is_empty(), "{case}");
    }
}

#[tokio::test]
async fn each_object_of_a_notification_has_its_summary() {
    let world = World::with(THREE);
    let results = result(&world, event("s3-notification-several")).await;
    assert_eq!(results.as_array().unwrap().len(), 3);
    assert_eq!(results[0], summary(THREE, 3, 0));
    assert_eq!(results[1], ignored(Some("acme"), &results[1]));
    assert_eq!(results[2], ignored(None, &results[2]));
}

#[tokio::test]
async fn a_notification_of_one_object_or_of_none_has_one_summary() {
    let world = World::with(THREE);
    let mut event = event("s3-notification");
    assert_eq!(result(&world, event.clone()).await, summary(THREE, 3, 0));
    event["Records"] = json!([]);
    let result = result(&world, event).await;
    assert_eq!(result, ignored(None, &result));
}
