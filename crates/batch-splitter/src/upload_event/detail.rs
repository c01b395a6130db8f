//! The details of the EventBridge events that tell of an upload. Their keys are not encoded.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Occurrence, Told, UploadEventError, UploadedObject, parse};

/// The requests that make an object: both as the reason of `Object Created` and as the name of the
/// call. A form's upload (`POST Object`) is none of ours.
const REQUESTS: [&str; 3] = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

fn is_ours(request: &str) -> bool {
    REQUESTS.contains(&request)
}

#[derive(Deserialize)]
struct ObjectCreated {
    bucket: Bucket,
    object: Object,
    /// Absent from an event that names its object and nothing else, which is taken for a write.
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    key: String,
    etag: Option<String>,
    #[serde(rename = "version-id")]
    version_id: Option<String>,
}

/// `Object Created`, which the bucket itself sends.
pub(super) fn object_created(detail: Value, time: Option<Timestamp>) -> Told {
    let detail: ObjectCreated = parse(detail, "The detail of Object Created")?;
    if detail.reason.is_some_and(|reason| !is_ours(&reason)) {
        let reason = "The object was created by a request that is no upload's.";
        return Ok(Occurrence::Ignored(reason));
    }
    Ok(Occurrence::Uploaded(UploadedObject {
        bucket: detail.bucket.name,
        key: detail.object.key,
        version_id: detail.object.version_id,
        etag: detail.object.etag,
        time,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApiCall {
    event_name: String,
    error_code: Option<String>,
    #[serde(default)]
    request_parameters: Value,
    #[serde(default)]
    response_elements: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestParameters {
    bucket_name: String,
    key: String,
}

/// `AWS API Call via CloudTrail`. Bucket and key alone are certain to be there; a versioned
/// bucket's answer tells the version.
pub(super) fn api_call(detail: Value, time: Option<Timestamp>) -> Told {
    let detail: ApiCall = parse(detail, "The detail of the API call")?;
    if !is_ours(&detail.event_name) {
        return Ok(Occurrence::Ignored("The API call is no upload's."));
    }
    if detail.error_code.is_some() {
        return Ok(Occurrence::Ignored("The API call failed."));
    }
    let request: RequestParameters =
        parse(detail.request_parameters, "The request of the API call")?;
    let version_id = detail.response_elements["x-amz-version-id"].as_str();
    Ok(Occurrence::Uploaded(UploadedObject {
        bucket: request.bucket_name,
        key: request.key,
        version_id: version_id.map(str::to_owned),
        etag: None,
        time,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct TransferUpload {
    /// `/<bucket>/<key>`.
    file_path: String,
    etag: Option<String>,
    status_code: Option<String>,
}

/// `SFTP Server File Upload Completed`, which AWS Transfer Family sends.
pub(super) fn transfer_upload(detail: Value, time: Option<Timestamp>) -> Told {
    let detail: TransferUpload = parse(detail, "The detail of the transfer")?;
    if detail
        .status_code
        .is_some_and(|status| status != "COMPLETED")
    {
        return Ok(Occurrence::Ignored("The transfer was not completed."));
    }
    let (bucket, key) = detail
        .file_path
        .strip_prefix('/')
        .and_then(|path| path.split_once('/'))
        .ok_or(UploadEventError::FilePath)?;
    Ok(Occurrence::Uploaded(UploadedObject {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        version_id: None,
        etag: detail.etag,
        time,
    }))
}
