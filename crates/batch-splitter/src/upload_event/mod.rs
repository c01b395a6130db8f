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
    Ignored(&'static str),
}

/// An event that cannot be understood. It may stand for an upload, so it is never passed over. No
/// text holds anything of the event: whoever sends one may have put into it what he liked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadEventError {
    #[error("The event is of no kind that tells of an upload.")]
    Unknown,
    #[error("{0} lacks what its kind has, or has it in another JSON type.")]
    Malformed(&'static str),
    #[error("The file path of the Transfer event names no bucket and key.")]
    FilePath,
    #[error("The object key of the S3 notification is not encoded UTF-8.")]
    Key,
}

/// What one event, or one record of it, tells if it is understood.
pub type Told = Result<Occurrence, UploadEventError>;

#[derive(Deserialize)]
struct EventBridgeEvent {
    #[serde(rename = "detail-type")]
    detail_type: String,
    time: Option<String>,
    detail: Value,
}

/// Tells the kinds of events apart by their content: three of EventBridge, and the notification
/// that a bucket sends to a function directly, which alone may tell of several objects, each of which
/// is understood or not by itself.
/// An event that the function failed on stands in the envelope in which Lambda hands it to the
/// on-failure queue.
pub fn read(mut event: Value) -> Result<Vec<Told>, UploadEventError> {
    if let Some(failed_on) = event.get_mut("requestPayload").map(Value::take) {
        return read(failed_on);
    }
    if event.get("Records").is_some() {
        return s3_notification::read(event);
    }
    if event.get("Event") == Some(&Value::from("s3:TestEvent")) {
        let reason = "The event is Amazon S3's test of a new notification.";
        return Ok(vec![Ok(Occurrence::Ignored(reason))]);
    }
    if event.get("detail-type").is_none() {
        return Err(UploadEventError::Unknown);
    }
    let event: EventBridgeEvent = parse(event, "The event")?;
    let time = event.time.as_deref().and_then(parse_time);
    let told = match event.detail_type.as_str() {
        "Object Created" => detail::object_created(event.detail, time),
        "AWS API Call via CloudTrail" => detail::api_call(event.detail, time),
        "SFTP Server File Upload Completed" => detail::transfer_upload(event.detail, time),
        _ => Ok(Occurrence::Ignored("The event is of another type.")),
    };
    Ok(vec![told])
}

/// Reads `part` of an event. The JSON library's error quotes what it read, and so it is not kept.
fn parse<T: for<'de> Deserialize<'de>>(
    value: Value,
    part: &'static str,
) -> Result<T, UploadEventError> {
    serde_json::from_value(value).map_err(|_| UploadEventError::Malformed(part))
}

/// A time that is not RFC 3339 counts as absent: the object itself tells one, too.
fn parse_time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests;
