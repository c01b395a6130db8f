//! Why a message of the queue is no transaction.

/// A message of the queue that is no transaction. No text holds any of the content.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQueuedTransaction {
    /// It is no JSON, lacks a field, or a field breaks its limits.
    #[error(
        "The queue message is not a transaction: {problem} at line {line}, column {column} of its JSON."
    )]
    Malformed {
        /// What is wrong there.
        problem: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// An upload without a place in it, or a place in no upload.
    #[error("The queue message is not a transaction: one of upload_id and ordinal is null.")]
    HalfAnOrigin,
    /// Places in an upload count from 1.
    #[error("The queue message is not a transaction: ordinal is 0.")]
    OrdinalZero,
    /// The time of receipt is none.
    #[error("The queue message is not a transaction: received_at is no time of RFC 3339.")]
    NotATime,
}

/// The error of the JSON library quotes what it read, and so it is not kept as a source.
impl From<&serde_json::Error> for InvalidQueuedTransaction {
    fn from(error: &serde_json::Error) -> Self {
        let problem = if error.is_data() {
            "a field is absent or invalid"
        } else if error.is_eof() {
            "the text ends early"
        } else {
            "the text is not JSON"
        };
        Self::Malformed {
            problem,
            line: error.line(),
            column: error.column(),
        }
    }
}
