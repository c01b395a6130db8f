//! Every kind of event, read from the files under `events/batch-splitter`.

use serde_json::json;

use super::*;

const BUCKET: &str = "b2b-uploadsbucket-1a2b3c4d5e6f";
const VERSION: &str = "QqTdWPYDRGXfO2nM0B1sZk8LcE5hVjUa";
const ETAG: &str = "5f3d2a0b9c8e7d6f5a4b3c2d1e0f9a8b";

fn event(case: &str) -> Value {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/batch-splitter");
    let text = std::fs::read_to_string(format!("{directory}/{case}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn uploaded(case: &str) -> UploadedObject {
    match read(event(case)).unwrap().remove(0) {
        Occurrence::Uploaded(object) => object,
        Occurrence::Ignored(reason) => panic!("{case}: {reason}"),
    }
}

/// What an event tells of an object at `key`: its version, its entity tag, or neither.
fn object(key: &str, version_id: Option<&str>, etag: Option<&str>) -> UploadedObject {
    UploadedObject {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        version_id: version_id.map(str::to_owned),
        etag: etag.map(str::to_owned),
        time: Some("2026-03-01T09:30:00Z".parse().unwrap()),
    }
}

#[test]
fn object_created_tells_version_and_entity_tag() {
    let versioned = |key, etag| object(key, Some(VERSION), Some(etag));
    assert_eq!(
        uploaded("object-created-put"),
        versioned("acme/orders.xml", ETAG)
    );
    assert_eq!(
        uploaded("object-created-copy"),
        versioned("acme/inbox/orders.xml", ETAG)
    );
    assert_eq!(
        uploaded("object-created-multipart"),
        versioned("acme/orders.xml", &format!("{ETAG}-3"))
    );
    assert_eq!(
        uploaded("object-created-unversioned"),
        object("acme/orders.xml", None, Some(ETAG))
    );
}

#[test]
fn a_call_in_cloudtrail_tells_bucket_and_key_and_perhaps_the_version() {
    assert_eq!(
        uploaded("api-call-put"),
        object("acme/orders.xml", None, None)
    );
    assert_eq!(
        uploaded("api-call-copy"),
        object("acme/inbox/orders.xml", None, None)
    );
    assert_eq!(
        uploaded("api-call-multipart"),
        object("acme/orders.xml", Some(VERSION), None)
    );
    let mut bare = event("api-call-put");
    bare["detail"] = json!({
        "eventName": "PutObject",
        "requestParameters": {"bucketName": BUCKET, "key": "acme/orders.xml"},
    });
    assert_eq!(
        read(bare).unwrap(),
        [Occurrence::Uploaded(object("acme/orders.xml", None, None))]
    );
}

#[test]
fn a_transfer_tells_the_path_and_the_entity_tag() {
    assert_eq!(
        uploaded("transfer-upload-completed"),
        object("acme/inbox/orders.xml", None, Some(ETAG))
    );
}

#[test]
fn only_the_keys_of_a_notification_are_decoded() {
    let key = "acme/März + 50%20 orders.xml";
    assert_eq!(uploaded("object-created-raw-key").key, key);
    let notified = uploaded("s3-notification");
    assert_eq!(
        notified.time.unwrap().to_string(),
        "2026-03-01T09:30:00.123Z"
    );
    assert_eq!(
        UploadedObject {
            time: object(key, None, None).time,
            ..notified
        },
        object(key, Some(VERSION), Some(ETAG))
    );
}

#[test]
fn a_message_of_the_on_failure_queue_tells_what_its_event_told() {
    assert_eq!(
        uploaded("on-failure-envelope"),
        object("acme/orders.xml", Some(VERSION), Some(ETAG))
    );
}

#[test]
fn events_of_another_meaning_are_ignored_with_the_reason() {
    for (case, reason) in [
        (
            "object-created-post",
            "The object was created by \"POST Object\".",
        ),
        (
            "object-deleted",
            "The event is of the type \"Object Deleted\".",
        ),
        ("api-call-failed", "The call failed (AccessDenied)."),
        ("api-call-read", "The call is \"GetObject\"."),
        (
            "s3-test-event",
            "The event is Amazon S3's test of a new notification.",
        ),
    ] {
        let ignored = Occurrence::Ignored(reason.to_owned());
        assert_eq!(read(event(case)).unwrap(), [ignored], "{case}");
    }
    let mut failed = event("transfer-upload-completed");
    failed["detail"]["status-code"] = "FAILED".into();
    let reason = "The transfer has the status \"FAILED\".";
    assert_eq!(
        read(failed).unwrap(),
        [Occurrence::Ignored(reason.to_owned())]
    );
}

#[test]
fn a_notification_of_several_objects_tells_them_all() {
    let occurrences = read(event("s3-notification-several")).unwrap();
    assert_eq!(occurrences.len(), 3);
    let reason = "The event is \"ObjectRemoved:DeleteMarkerCreated\".";
    assert_eq!(occurrences[2], Occurrence::Ignored(reason.to_owned()));
}

#[test]
fn an_event_that_may_be_an_upload_is_an_error_and_not_ignored() {
    use UploadEventError::{FilePath, Key, Malformed, Unknown};
    let mut no_key = event("object-created-put");
    no_key["detail"]["object"] = json!({"size": 1});
    let mut no_bucket = event("api-call-put");
    no_bucket["detail"]["requestParameters"] = Value::Null;
    let mut no_path = event("transfer-upload-completed");
    no_path["detail"]["file-path"] = "/bucket".into();
    let mut no_utf8 = event("s3-notification");
    no_utf8["Records"][0]["s3"]["object"]["key"] = "acme/%ff.xml".into();
    assert!(matches!(read(json!({})), Err(Unknown)));
    assert!(matches!(read(json!("text")), Err(Unknown)));
    assert!(matches!(read(json!({"Records": [{}]})), Err(Malformed(_))));
    assert!(matches!(read(no_key), Err(Malformed(_))));
    assert!(matches!(read(no_bucket), Err(Malformed(_))));
    assert!(matches!(read(no_path), Err(FilePath)));
    assert!(matches!(read(no_utf8), Err(Key)));
}

#[test]
fn a_time_that_is_none_counts_as_absent() {
    let mut event = event("object-created-put");
    event["time"] = "yesterday".into();
    let expected = UploadedObject {
        time: None,
        ..object("acme/orders.xml", Some(VERSION), Some(ETAG))
    };
    assert_eq!(read(event).unwrap(), [Occurrence::Uploaded(expected)]);
}
