//! A transaction that was accepted and could not be stored: its record, and the table of them.
//!
//! A record says which transaction it was, where it stood, and why it was refused, in a code for
//! programs and a sentence for people. It never holds the transaction's message.

mod table;

use partner::PartnerId;
use transaction::UploadId;

pub use table::{Recorded, RejectionNotRecorded, RejectionsTable};

/// One row of the rejections table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Whose transaction it was.
    pub partner: PartnerId,
    /// Which one it was: the table's range key.
    pub rejection_id: RejectionId,
    /// The transaction's id as it was sent, as far as there is one; it may break an id's limits.
    pub transaction_id: Option<String>,
    /// The line of the file on which the transaction begins, counted from 1.
    pub line: Option<u64>,
    /// The reason for programs, in capitals.
    pub code: String,
    /// The reason for people, a sentence.
    pub reason: String,
    /// When it was rejected: RFC 3339, UTC.
    pub rejected_at: String,
}

/// Names a rejection among its partner's, the same at every repetition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectionId(String);

impl RejectionId {
    /// The transaction at `ordinal` of an upload, counted from 1; 0 stands for the whole file.
    #[must_use]
    pub fn of_upload(upload: &UploadId, ordinal: u64) -> Self {
        Self(format!("{upload}#{ordinal}"))
    }

    /// A transaction without an upload, by the name of its workflow execution.
    #[must_use]
    pub fn of_execution(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The key's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
