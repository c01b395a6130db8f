//! The first pass: the whole file is checked and hashed, and nothing of it is kept.

use std::io;

use jiff::Timestamp;
use transaction::xml::{Refusal, TransactionReader};

use crate::{
    Refused,
    hashing_reader::HashingReader,
    object_reader::{ObjectError, ObjectReader},
};

/// What is known of a file once all of it was read.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Of all its bytes.
    pub(crate) sha256: [u8; 32],
    /// How many they are.
    pub(crate) size: u64,
    /// The object's entity tag, as Amazon S3 tells it.
    pub(crate) etag: Option<String>,
    /// When the object was written, as Amazon S3 tells it.
    pub(crate) last_modified: Option<Timestamp>,
    /// Why nothing of the file may be sent.
    pub(crate) refused: Option<Refused>,
}

/// Reads the object to its end, behind a refusal too: the upload's id needs every byte.
pub(crate) fn check(object: ObjectReader) -> Result<Checked, ObjectError> {
    let mut bytes = HashingReader::new(object);
    let refused = match TransactionReader::new(&mut bytes).find_map(Result::err) {
        Some(Refusal::Io(error)) => return Err(bytes.into_inner().failure(error)),
        Some(refusal) => Some(Refused::file(&refusal)),
        None => None,
    };
    if let Err(error) = io::copy(&mut bytes, &mut io::sink()) {
        return Err(bytes.into_inner().failure(error));
    }
    let size = bytes.length();
    let (sha256, object) = bytes.finish();
    Ok(Checked {
        sha256,
        size,
        etag: object.etag().map(str::to_owned),
        last_modified: object.last_modified(),
        refused,
    })
}
