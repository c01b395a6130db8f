//! The notification that a bucket sends to a function without EventBridge between them.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

use super::{Occurrence, UploadEventError, UploadedObject, parse, parse_time};

/// The events that make an object, with or without the prefix `s3:`.
const CREATED: [&str; 3] = [
    "ObjectCreated:Put",
    "ObjectCreated:Copy",
    "ObjectCreated:CompleteMultipartUpload",
];

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
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

pub(super) fn read(event: Value) -> Result<Vec<Occurrence>, UploadEventError> {
    let notification: Notification = parse(event)?;
    notification.records.into_iter().map(occurrence).collect()
}

fn occurrence(record: Record) -> Result<Occurrence, UploadEventError> {
    let name = record.event_name.trim_start_matches("s3:");
    if !CREATED.contains(&name) {
        let reason = format!("The event is {name:?}.");
        return Ok(Occurrence::Ignored(reason));
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
