//! A trading partner's transaction: its identity, its limits, and its XML, form and JSON codecs.
//!
//! Everything here is pure: no AWS, no async code, no clock. A codec turns what a partner sent into
//! [`Transaction`]s, or into an error with a stable code and a sentence that the partner may read.

mod clean_message;
mod field_error;
mod fields;
pub mod form;
mod id;
pub mod json;
mod message;
mod upload_id;
pub mod xml;

pub use clean_message::CleanMessage;
pub use field_error::{Field, FieldError};
pub use id::{InvalidTransactionId, TransactionId};
pub use message::{InvalidMessage, Message};
pub use upload_id::{InvalidUploadId, UploadId};

/// One transaction of a trading partner, within the limits and not yet cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The partner's own id.
    pub id: TransactionId,
    /// What the partner says.
    pub message: Message,
}
