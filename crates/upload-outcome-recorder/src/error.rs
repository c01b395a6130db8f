//! Why a message returns to the queue.

use aws_sdk_dynamodb::{error::SdkError, operation::transact_write_items::TransactWriteItemsError};
use upload_ledger::SettleError;

/// Outcomes of one upload that were not counted, or an upload that was not settled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordError {
    #[error("The outcomes could not be counted")]
    NotCounted(#[source] Box<SdkError<TransactWriteItemsError>>),
    #[error("The upload could not be settled")]
    NotSettled(#[from] SettleError),
}
