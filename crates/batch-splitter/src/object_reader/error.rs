//! Why an object cannot be read.

use std::{error::Error, io};

use aws_sdk_s3::{error::SdkError, primitives::ByteStreamError};

/// A failure of Amazon S3, of the network, or of the object itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ObjectError {
    /// 404: neither the key nor its version is there, or the bucket is gone.
    #[error("The object does not exist")]
    Missing(#[source] Box<dyn Error + Send + Sync>),
    /// 412: what stands under the key has another entity tag.
    #[error("The object was written again after its event")]
    Changed(#[source] Box<dyn Error + Send + Sync>),
    /// 403; without the permission to list the bucket, a missing object reads so, too.
    #[error("Access to the object was denied")]
    Denied(#[source] Box<dyn Error + Send + Sync>),
    /// Any other failure of a request, after the SDK's attempts.
    #[error("The object could not be requested")]
    Request(#[source] Box<dyn Error + Send + Sync>),
    /// The stream failed more often than it may.
    #[error("The object's stream broke off")]
    Broken(#[source] ByteStreamError),
    /// The stream ended before the object did, more often than it may.
    #[error("The object's stream ended before the object did.")]
    EndedEarly,
    /// A request for the rest of the object was answered with something else.
    #[error("Amazon S3 did not resume the object where it broke off.")]
    RangeIgnored,
    /// The object has neither a version nor an entity tag.
    #[error("Amazon S3 told neither a version nor an entity tag of the object.")]
    NothingToPin,
    /// The second pass read other bytes than the first.
    #[error("The object had other bytes when it was read again.")]
    Different,
    /// A failure on the way to the XML reader.
    #[error("The object's bytes could not be passed on")]
    Read(#[source] io::Error),
}

impl ObjectError {
    /// The failure of a request. The status tells all that matters, and an answer to HEAD has
    /// nothing else.
    pub(crate) fn of<E: Error + Send + Sync + 'static>(error: SdkError<E>) -> Self {
        let status = error
            .raw_response()
            .map(|response| response.status().as_u16());
        let error = Box::new(error);
        match status {
            Some(404) => Self::Missing(error),
            Some(412) => Self::Changed(error),
            Some(403) => Self::Denied(error),
            _ => Self::Request(error),
        }
    }
}
