//! Arbitrary JSON as an event that tells of an upload. No record of an event is lost, and an object
//! that was understood is the same when a bucket's own notification tells of it.

#![no_main]

// The module alone: its crate brings four AWS clients with it.
#[path = "../../crates/batch-splitter/src/upload_event/mod.rs"]
mod upload_event;

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::{Value, json};
use upload_event::{Occurrence, UploadedObject};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(event) = serde_json::from_slice::<Value>(bytes) else {
        return Corpus::Reject;
    };
    let records = event["Records"].as_array().map_or(1, Vec::len);
    let Ok(told) = upload_event::read(event) else {
        return Corpus::Keep;
    };
    assert_eq!(told.len(), records.max(1));
    for told in told {
        match told {
            Ok(Occurrence::Uploaded(object)) => {
                let told_again = upload_event::read(notification(&object));
                let told_again = told_again.expect("a notification is understood");
                assert_eq!(told_again, [Ok(Occurrence::Uploaded(object))]);
            }
            Ok(Occurrence::Ignored(reason)) => assert!(!reason.is_empty()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    Corpus::Keep
});

/// The notification that a bucket sends of the object. Its key alone is encoded.
fn notification(object: &UploadedObject) -> Value {
    let key: String = form_urlencoded::byte_serialize(object.key.as_bytes()).collect();
    json!({"Records": [{
        "eventName": "ObjectCreated:Put",
        "eventTime": object.time.map(|time| time.to_string()),
        "s3": {
            "bucket": {"name": object.bucket},
            "object": {"key": key, "versionId": object.version_id, "eTag": object.etag},
        },
    }]})
}
