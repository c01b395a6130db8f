//! What can go wrong with the table of idempotency keys.

use aws_sdk_dynamodb::{error::SdkError, operation::update_item::UpdateItemError};

use super::row::MalformedRow;

pub(crate) type UpdateError = Box<SdkError<UpdateItemError>>;

/// A step that failed after its retries. No variant's text holds a key or a transaction.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdempotencyTableError {
    #[error("The idempotency key could not be claimed")]
    Claim(#[source] UpdateError),
    #[error("The idempotency key could not be taken over from an attempt that died")]
    TakeOver(#[source] UpdateError),
    #[error("The transaction could not be marked as queued")]
    MarkQueued(#[source] UpdateError),
    #[error("The idempotency key could not be released")]
    Release(#[source] UpdateError),
    #[error("The table of idempotency keys holds a row that is none")]
    Malformed(#[from] MalformedRow),
}
