//! The notification that a bucket sends to a function without EventBridge between them.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

use super::{Occurrence, Told, UploadEventError, UploadedObject, parse, parse_time};

/// The events that make an object, with or without the prefix `s3:`.
const CREATED: [&str; 3] = [
    "ObjectCreated:Put",
    "ObjectCreated:Copy",
    "ObjectCreated:CompleteMultipartUpload",
];

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records")]
    records: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    /// Absent from a record that names its object and nothing else, which is taken for a write.
    event_name: Option<String>,
    event_time: Option<String>,
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    key: String,
    e_tag: Option<String>,
    version_id: Option<String>,
}

pub(super) fn read(event: Value) -> Result<Vec<Told>, UploadEventError> {
    let notification: Notification = parse(event, "The S3 notification")?;
    if notification.records.is_empty() {
        let reason = "The S3 notification has no records.";
        return Ok(vec![Ok(Occurrence::Ignored(reason))]);
    }
    Ok(notification.records.into_iter().map(told).collect())
}

fn told(record: Value) -> Told {
    let record: Record = parse(record, "A record of the S3 notification")?;
    let name = record.event_name.as_deref();
    let name = name.map(|name| name.trim_start_matches("s3:"));
    if name.is_some_and(|name| !CREATED.contains(&name)) {
        return Ok(Occurrence::Ignored("The record tells of no upload."));
    }
    Ok(Occurrence::Uploaded(UploadedObject {
        bucket: record.s3.bucket.name,
        key: decode(&record.s3.object.key)?,
        version_id: record.s3.object.version_id,
        etag: record.s3.object.e_tag,
        time: record.event_time.as_deref().and_then(parse_time),
    }))
}

/// These keys alone are encoded as a form's fields are: a plus sign is a blank.
fn decode(key: &str) -> Result<String, UploadEventError> {
    let blanks = key.replace('+', " ");
    let key = percent_decode_str(&blanks).decode_utf8();
    Ok(key.map_err(|_| UploadEventError::Key)?.into_owned())
}
