//! Turns an accepted transaction into its cleaned, fingerprinted form.

mod error;
mod formatted_transaction;

pub use formatted_transaction::FormattedTransaction;

use error::FormatError;
use lambda_failure::Failure;
use serde::Deserialize;
use serde_json::Value;
use transaction::CleanMessage;
use transaction_queue::QueuedTransaction;

/// Formats the transaction that an execution was started with.
///
/// # Errors
/// `InvalidTransaction`, `MessageEmpty` and `MessageTooLarge`; none of them passes.
pub fn handle(payload: Value) -> Result<FormattedTransaction, Failure> {
    Ok(format(payload)?)
}

fn format(payload: Value) -> Result<FormattedTransaction, FormatError> {
    // The error of the JSON library quotes what it read, and so it is dropped.
    let queued =
        QueuedTransaction::deserialize(payload).map_err(|_| FormatError::InvalidTransaction)?;
    let message = CleanMessage::of(&queued.transaction_message)?;
    Ok(FormattedTransaction::new(queued, message))
}
