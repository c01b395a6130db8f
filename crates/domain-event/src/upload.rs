//! What happens to an upload and to the transactions in it.

use serde::Serialize;
use transaction::{TransactionId, UploadId};

/// A file has arrived, is well-formed, and is not a copy of one that came before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadReceived {
    /// The upload.
    pub upload_id: UploadId,
    /// The object's key, not encoded.
    pub key: String,
    /// The file's size in bytes.
    pub size: u64,
    /// When the file arrived, RFC 3339 in UTC.
    pub received_at: String,
}

/// A file is refused as a whole. No other event tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadRejected {
    /// The upload.
    pub upload_id: UploadId,
    /// The object's key, not encoded.
    pub key: String,
    /// The reason, in upper-case letters, digits and underscores.
    pub code: String,
    /// Where in the file the reason stands, from 1.
    pub line: Option<u64>,
    /// Where in the line, from 1.
    pub column: Option<u64>,
    /// When the file was refused, RFC 3339 in UTC.
    pub rejected_at: String,
}

/// The last transaction of an upload has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadCompleted {
    /// The upload.
    pub upload_id: UploadId,
    /// The object's key, not encoded.
    pub key: String,
    /// Transactions that the splitter sent on.
    pub accepted: u64,
    /// Transactions that became a row.
    pub stored: u64,
    /// Transactions whose content was stored before.
    pub duplicates: u64,
    /// Transactions with a rejection record.
    pub rejected: u64,
    /// When the last transaction ended, RFC 3339 in UTC.
    pub completed_at: String,
}

/// A transaction has its rejection record, which holds the reason in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransactionRejected {
    /// The rejection's key beside the partner.
    pub rejection_id: String,
    /// The partner's own id, where it has one that can be read.
    pub transaction_id: Option<TransactionId>,
    /// The reason, in upper-case letters, digits and underscores.
    pub code: String,
    /// The upload that it came with; absent for a request to the API.
    pub upload_id: Option<UploadId>,
    /// Its place in the upload, from 1; absent for a request to the API.
    pub ordinal: Option<u64>,
    /// When it was rejected, RFC 3339 in UTC.
    pub rejected_at: String,
}
