//! The uploads bucket, whose objects are read as they were when their event was sent.

use aws_sdk_s3::Client;

use crate::{
    object_reader::{ObjectError, ObjectReader},
    upload_event::UploadedObject,
};

/// What Amazon S3 calls the version of an object that was written while versioning was off or
/// suspended. Such a version can be overwritten.
const NULL_VERSION: &str = "null";

/// The bucket that partners write to, by whatever name an event calls it.
#[derive(Debug, Clone)]
pub struct UploadsBucket {
    client: Client,
}

/// An object, and what makes every read of it a read of the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinnedObject {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) pin: Pin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pin {
    /// Stays readable when the key is written again.
    Version(String),
    /// Without quotation marks. A read fails once the key was written again.
    ETag(String),
}

impl UploadsBucket {
    /// The bucket, reached through `client`.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Pins the object by its event's version, or else its entity tag. For an event that tells
    /// neither, Amazon S3 is asked what stands there now.
    ///
    /// # Errors
    /// [`ObjectError`] of that question.
    pub(crate) async fn pin(&self, object: UploadedObject) -> Result<PinnedObject, ObjectError> {
        let pin = match pin(object.version_id, object.etag) {
            Some(pin) => pin,
            None => self.current(&object.bucket, &object.key).await?,
        };
        Ok(PinnedObject {
            bucket: object.bucket,
            key: object.key,
            pin,
        })
    }

    async fn current(&self, bucket: &str, key: &str) -> Result<Pin, ObjectError> {
        let head = self.client.head_object().bucket(bucket).key(key);
        let head = head.send().await.map_err(ObjectError::of)?;
        pin(head.version_id, head.e_tag).ok_or(ObjectError::NothingToPin)
    }

    /// A reader from the object's first byte. It asks for nothing before it is read.
    pub(crate) fn read(&self, object: PinnedObject) -> ObjectReader {
        ObjectReader::new(self.client.clone(), object)
    }
}

fn pin(version_id: Option<String>, etag: Option<String>) -> Option<Pin> {
    let version = version_id.filter(|version| !version.is_empty() && version != NULL_VERSION);
    let etag = etag
        .map(|etag| etag.trim_matches('"').to_owned())
        .filter(|etag| !etag.is_empty());
    version.map(Pin::Version).or_else(|| etag.map(Pin::ETag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_the_better_pin_unless_it_can_be_overwritten() {
        let version = |id: &str| Some(id.to_owned());
        let etag = || Some("\"0123\"".to_owned());
        assert_eq!(
            pin(version("QqTd"), etag()),
            Some(Pin::Version("QqTd".into()))
        );
        assert_eq!(pin(version("null"), etag()), Some(Pin::ETag("0123".into())));
        assert_eq!(pin(None, etag()), Some(Pin::ETag("0123".into())));
        assert_eq!(pin(version("null"), None), None);
        assert_eq!(pin(version(""), version("")), None);
    }
}
