//! Every kind of event, read from the files under `events/batch-splitter`.

use lambda_failure::Chain;
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
    match read_one(event(case)).unwrap() {
        Occurrence::Uploaded(object) => object,
        Occurrence::Ignored(reason) => panic!("{case}: {reason}"),
    }
}

/// What an event of one object tells.
fn read_one(event: Value) -> Told {
    let mut told = read(event)?;
    assert_eq!(told.len(), 1);
    told.remove(0)
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
        read_one(bare),
        Ok(Occurrence::Uploaded(object("acme/orders.xml", None, None)))
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
fn an_event_that_names_its_object_and_nothing_else_tells_of_a_write() {
    let named = json!({"bucket": {"name": BUCKET}, "object": {"key": "acme/orders.xml"}});
    for event in [
        json!({"Records": [{"s3": named}]}),
        json!({"detail-type": "Object Created", "detail": named}),
    ] {
        let expected = UploadedObject {
            time: None,
            ..object("acme/orders.xml", None, None)
        };
        assert_eq!(read_one(event), Ok(Occurrence::Uploaded(expected)));
    }
}

#[test]
fn events_of_another_meaning_are_ignored_with_the_reason() {
    for (case, reason) in [
        (
            "object-created-post",
            "The object was created by a request that is no upload's.",
        ),
        ("object-deleted", "The event is of another type."),
        ("api-call-failed", "The API call failed."),
        ("api-call-read", "The API call is no upload's."),
        (
            "s3-test-event",
            "The event is Amazon S3's test of a new notification.",
        ),
    ] {
        let ignored = Occurrence::Ignored(reason);
        assert_eq!(read_one(event(case)), Ok(ignored), "{case}");
    }
    let mut failed = event("transfer-upload-completed");
    failed["detail"]["status-code"] = "FAILED".into();
    let reason = "The transfer was not completed.";
    assert_eq!(read_one(failed), Ok(Occurrence::Ignored(reason)));
    let reason = "The S3 notification has no records.";
    assert_eq!(
        read_one(json!({"Records": []})),
        Ok(Occurrence::Ignored(reason))
    );
}

#[test]
fn a_notification_of_several_objects_tells_them_all() {
    let told = read(event("s3-notification-several")).unwrap();
    assert_eq!(told.len(), 3);
    let reason = "The record tells of no upload.";
    assert_eq!(told[2], Ok(Occurrence::Ignored(reason)));
}

#[test]
fn a_record_that_is_not_understood_hides_no_other() {
    let mut event = event("s3-notification-several");
    event["Records"][0]["s3"]["object"]["key"] = "acme/%FF.xml".into();
    event["Records"][2] = json!("SECRET");
    let told = read(event).unwrap();
    assert_eq!(told[0], Err(UploadEventError::Key));
    assert!(told[1].is_ok());
    assert!(matches!(told[2], Err(UploadEventError::Malformed(_))));
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
    assert_eq!(read_one(json!({})), Err(Unknown));
    assert_eq!(read_one(json!("text")), Err(Unknown));
    for event in [
        json!({"Records": {}}),
        json!({"Records": [{}]}),
        no_key,
        no_bucket,
    ] {
        assert!(matches!(read_one(event), Err(Malformed(_))));
    }
    assert_eq!(read_one(no_path), Err(FilePath));
    assert_eq!(read_one(no_utf8), Err(Key));
}

#[test]
fn neither_an_error_nor_a_reason_quotes_the_event() {
    for (case, path) in [
        ("object-created-put", "/detail-type"),
        ("object-created-put", "/detail"),
        ("object-created-put", "/detail/reason"),
        ("object-created-put", "/detail/object"),
        ("object-created-put", "/detail/bucket"),
        ("api-call-put", "/detail/eventName"),
        ("api-call-put", "/detail/requestParameters"),
        ("api-call-failed", "/detail/errorCode"),
        ("transfer-upload-completed", "/detail/status-code"),
        ("transfer-upload-completed", "/detail/file-path"),
        ("s3-notification", "/Records"),
        ("s3-notification", "/Records/0"),
        ("s3-notification", "/Records/0/eventName"),
        ("s3-notification", "/Records/0/s3"),
    ] {
        let mut event = event(case);
        *event.pointer_mut(path).unwrap() = json!("SECRET");
        let text = match read_one(event) {
            Ok(Occurrence::Ignored(reason)) => reason.to_owned(),
            Ok(uploaded) => panic!("{case}, {path}: {uploaded:?}"),
            Err(error) => format!("{} {error:?}", Chain(&error)),
        };
        assert!(!text.contains("SECRET"), "{case}, {path}: {text}");
    }
}

#[test]
fn a_time_that_is_none_counts_as_absent() {
    let mut event = event("object-created-put");
    event["time"] = "yesterday".into();
    let expected = UploadedObject {
        time: None,
        ..object("acme/orders.xml", Some(VERSION), Some(ETAG))
    };
    assert_eq!(read_one(event), Ok(Occurrence::Uploaded(expected)));
}
