//! Why the ledger does not say what has happened.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{put_item::PutItemError, update_item::UpdateItemError},
};
use domain_event::PublishError;

/// A row that was not written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// `PutItem` failed after its retries.
    #[error("The upload could not be entered into the ledger")]
    Put(#[source] Box<SdkError<PutItemError>>),
    /// `UpdateItem` failed after its retries.
    #[error("The upload's row could not be updated")]
    Update(#[source] Box<SdkError<UpdateItemError>>),
    /// Somebody has changed the row by hand.
    #[error("The upload's row lacks {0}, or it has another type.")]
    Row(&'static str),
}

/// An upload that was not settled; settling it again is right.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The upload is complete, and that could not be announced.
    #[error(transparent)]
    Announcement(#[from] PublishError),
}
