//! What the rest of the workflow works with.

use partner::PartnerId;
use serde::Serialize;
use transaction::{CleanMessage, TransactionId, UploadId};
use transaction_queue::QueuedTransaction;

/// A cleaned transaction with the fingerprint of its content. It replaces the workflow's state, so
/// that the state holds one copy of the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormattedTransaction {
    /// The partner's own id of the transaction.
    #[serde(rename = "messageId")]
    pub id: TransactionId,
    /// The cleaned message.
    #[serde(rename = "transactionMessage")]
    pub message: CleanMessage,
    /// Lower-case hexadecimal SHA-256 of the cleaned message's UTF-8 bytes.
    pub payload_sha256: String,
    /// Whose transaction it is.
    pub partner: PartnerId,
    /// The upload that it came with; null for a request to the API.
    pub upload_id: Option<UploadId>,
    /// Its place in the upload, from 1; null for a request to the API.
    pub ordinal: Option<u64>,
    /// When the upload or the request arrived, RFC 3339 in UTC.
    pub received_at: String,
}

impl FormattedTransaction {
    /// The queued transaction with its cleaned message.
    #[must_use]
    pub fn new(queued: QueuedTransaction, message: CleanMessage) -> Self {
        Self {
            id: queued.id,
            payload_sha256: message.sha256(),
            message,
            partner: queued.partner,
            upload_id: queued.upload_id,
            ordinal: queued.ordinal,
            received_at: queued.received_at,
        }
    }
}
