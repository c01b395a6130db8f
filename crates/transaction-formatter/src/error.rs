//! Why a transaction has no cleaned form.

use lambda_failure::Failure;
use transaction::InvalidMessage;

/// No variant's text holds any of the message.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormatError {
    #[error("The execution's input is no queued transaction.")]
    InvalidTransaction,
    #[error("Nothing is left of the transaction's message after cleaning.")]
    MessageEmpty,
    #[error("The cleaned message is larger than 200 KiB in its JSON form.")]
    MessageTooLarge,
}

impl From<InvalidMessage> for FormatError {
    fn from(error: InvalidMessage) -> Self {
        match error {
            InvalidMessage::Empty => Self::MessageEmpty,
            InvalidMessage::TooLarge => Self::MessageTooLarge,
        }
    }
}

/// The names are part of the workflow's contract: its Catch selects them.
impl From<FormatError> for Failure {
    fn from(error: FormatError) -> Self {
        let error_type = match error {
            FormatError::InvalidTransaction => "InvalidTransaction",
            FormatError::MessageEmpty => "MessageEmpty",
            FormatError::MessageTooLarge => "MessageTooLarge",
        };
        Self::new(error_type, error)
    }
}
