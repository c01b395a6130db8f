//! Every kind of event that tells of an upload, as one.

mod detail;
mod s3_notification;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// An object that came into the bucket, as far as its event knows it.
#[derive(Debug, PartialEq, Eq)]
pub struct UploadedObject {
    pub bucket: String,
    /// As Amazon S3 knows it, not encoded.
    pub key: String,
    /// Absent where the bucket has no versions, or the event does not tell.
    pub version_id: Option<String>,
    /// Without quotation marks.
    pub etag: Option<String>,
    pub time: Option<Timestamp>,
}

/// What one event, or one record of it, tells.
#[derive(Debug, PartialEq, Eq)]
pub enum Occurrence {
    Uploaded(UploadedObject),
    /// Nothing that concerns the splitter, and why.
    Ignored(String),
}

/// An event that cannot be understood. It may stand for an upload, so it is never passed over.
#[derive(Debug, thiserror::Error)]
pub enum UploadEventError {
    #[error("The event is of no kind that tells of an upload.")]
    Unknown,
    #[error("The event does not name its object as its kind does")]
    Malformed(#[source] serde_json::Error),
    #[error("The file path of the Transfer event names no bucket and key.")]
    FilePath,
    #[error("The object key of the S3 notification is not encoded UTF-8.")]
    Key,
}

#[derive(Deserialize)]
struct EventBridgeEvent {
    #[serde(rename = "detail-type")]
    detail_type: String,
    time: Option<String>,
    detail: Value,
}

/// Tells the kinds of events apart by their content: three of EventBridge, and the notification
/// that a bucket sends to a function directly, which alone may tell of several objects.
/// An event that the function failed on stands in the envelope in which Lambda hands it to the
/// on-failure queue.
pub fn read(mut event: Value) -> Result<Vec<Occurrence>, UploadEventError> {
    if let Some(failed_on) = event.get_mut("requestPayload").map(Value::take) {
        return read(failed_on);
    }
    if event.get("Records").is_some() {
        return s3_notification::read(event);
    }
    if event.get("Event") == Some(&Value::from("s3:TestEvent")) {
        let reason = "The event is Amazon S3's test of a new notification.";
        return Ok(vec![Occurrence::Ignored(reason.to_owned())]);
    }
    if event.get("detail-type").is_none() {
        return Err(UploadEventError::Unknown);
    }
    let event: EventBridgeEvent = parse(event)?;
    let time = event.time.as_deref().and_then(parse_time);
    let occurrence = match event.detail_type.as_str() {
        "Object Created" => detail::object_created(event.detail, time),
        "AWS API Call via CloudTrail" => detail::api_call(event.detail, time),
        "SFTP Server File Upload Completed" => detail::transfer_upload(event.detail, time),
        other => Ok(Occurrence::Ignored(format!(
            "The event is of the type {other:?}."
        ))),
    };
    Ok(vec![occurrence?])
}

fn parse<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, UploadEventError> {
    serde_json::from_value(value).map_err(UploadEventError::Malformed)
}

/// A time that is not RFC 3339 counts as absent: the object itself tells one, too.
fn parse_time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests;
