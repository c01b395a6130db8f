//! An object's bytes as a stream that outlives broken connections.

mod error;

use std::{
    io::{self, Read},
    time::Duration,
};

use aws_sdk_s3::{Client, operation::get_object::GetObjectOutput, primitives::ByteStream};
use bytes::{Buf, Bytes};
use jiff::Timestamp;
use lambda_failure::Chain;
use tokio::runtime::Handle;

pub(crate) use error::ObjectError;

use crate::uploads_bucket::{Pin, PinnedObject};

/// How often one reader begins again behind the last byte that came. Each of these requests has
/// the SDK's own attempts besides.
const RESUMPTIONS: u32 = 16;
const PAUSE: Duration = Duration::from_millis(200);

/// Reads a pinned object from its first byte to its last, one chunk of the network at a time.
///
/// It is read from a thread that may block (`spawn_blocking`) while another drives the runtime.
pub(crate) struct ObjectReader {
    client: Client,
    object: PinnedObject,
    runtime: Handle,
    body: Option<ByteStream>,
    chunk: Bytes,
    /// Bytes that came so far.
    offset: u64,
    size: Option<u64>,
    etag: Option<String>,
    last_modified: Option<Timestamp>,
    resumptions: u32,
    failure: Option<ObjectError>,
}

impl ObjectReader {
    /// # Panics
    /// Outside a Tokio runtime.
    pub(crate) fn new(client: Client, object: PinnedObject) -> Self {
        Self {
            client,
            object,
            runtime: Handle::current(),
            body: None,
            chunk: Bytes::new(),
            offset: 0,
            size: None,
            etag: None,
            last_modified: None,
            resumptions: 0,
            failure: None,
        }
    }

    /// The object's entity tag without its quotation marks; known once a byte was read.
    pub(crate) fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// When the object was written; known once a byte was read.
    pub(crate) fn last_modified(&self) -> Option<Timestamp> {
        self.last_modified
    }

    /// What stands behind the error that a read returned: an error of `std::io` cannot tell it in
    /// its type.
    pub(crate) fn failure(self, error: io::Error) -> ObjectError {
        self.failure.unwrap_or(ObjectError::Read(error))
    }

    /// The next bytes, or none at the end of the object. A connection that closes early may look
    /// like the end, so the size that Amazon S3 told has the last word.
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, ObjectError> {
        while self.size != Some(self.offset) {
            let Some(body) = &mut self.body else {
                self.open().await?;
                continue;
            };
            match body.next().await {
                Some(Ok(chunk)) => {
                    self.offset += chunk.len() as u64;
                    return Ok(Some(chunk));
                }
                Some(Err(error)) => self.break_off(ObjectError::Broken(error)).await?,
                None if self.size.is_none() => return Ok(None),
                None => self.break_off(ObjectError::EndedEarly).await?,
            }
        }
        Ok(None)
    }

    /// Asks for the object from the first byte that is missing.
    async fn open(&mut self) -> Result<(), ObjectError> {
        let range = (self.offset > 0).then(|| format!("bytes={}-", self.offset));
        let request = self
            .client
            .get_object()
            .bucket(&self.object.bucket)
            .key(&self.object.key)
            .set_range(range);
        let request = match &self.object.pin {
            Pin::Version(version) => request.version_id(version),
            Pin::ETag(etag) => request.if_match(format!("\"{etag}\"")),
        };
        let output = request.send().await.map_err(ObjectError::of)?;
        if self.offset == 0 {
            self.size = output
                .content_length()
                .and_then(|size| size.try_into().ok());
            self.etag = output.e_tag().map(|etag| etag.trim_matches('"').to_owned());
            self.last_modified = last_modified(&output);
        } else if !continues_at(&output, self.offset) {
            return Err(ObjectError::RangeIgnored);
        }
        self.body = Some(output.body);
        Ok(())
    }

    /// Gives up the stream, and the object too if that happened too often.
    async fn break_off(&mut self, error: ObjectError) -> Result<(), ObjectError> {
        self.body = None;
        if self.resumptions == RESUMPTIONS {
            return Err(error);
        }
        self.resumptions += 1;
        tracing::warn!(
            error = %Chain(&error),
            offset_bytes = self.offset,
            "An object's stream broke off and is resumed."
        );
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.chunk.has_remaining() {
            let runtime = self.runtime.clone();
            match runtime.block_on(self.next_chunk()) {
                Ok(chunk) => self.chunk = chunk.unwrap_or_default(),
                Err(error) => {
                    self.failure = Some(error);
                    return Err(io::Error::other("The object could not be read."));
                }
            }
        }
        let length = buffer.len().min(self.chunk.remaining());
        self.chunk.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

fn last_modified(output: &GetObjectOutput) -> Option<Timestamp> {
    let time = output.last_modified()?;
    Timestamp::new(time.secs(), 0).ok()
}

/// Whether the answer to a ranged request begins at that byte: a server may ignore the range and
/// send everything.
fn continues_at(output: &GetObjectOutput, offset: u64) -> bool {
    output
        .content_range()
        .is_some_and(|range| range.starts_with(&format!("bytes {offset}-")))
}

#[cfg(test)]
mod tests;
