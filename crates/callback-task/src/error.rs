//! What can go wrong with the table of callback tasks.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{get_item::GetItemError, update_item::UpdateItemError},
};

use crate::MalformedRow;

pub(crate) type UpdateError = Box<SdkError<UpdateItemError>>;

/// A step that failed after its retries. No variant's text holds a token or an outcome.
#[derive(Debug, thiserror::Error)]
pub enum CallbackTasksTableError {
    /// `UpdateItem` failed.
    #[error("The pending task could not be stored")]
    Store(#[source] UpdateError),
    /// `GetItem` failed.
    #[error("The task could not be read")]
    Find(#[source] Box<SdkError<GetItemError>>),
    /// `UpdateItem` failed.
    #[error("The task's completion could not be begun")]
    BeginCompletion(#[source] UpdateError),
    /// `UpdateItem` failed.
    #[error("The task could not be marked as completed")]
    MarkCompleted(#[source] UpdateError),
    /// `UpdateItem` failed.
    #[error("The attempt to complete the task could not be released")]
    Release(#[source] UpdateError),
    /// `UpdateItem` failed.
    #[error("The task could not be reopened")]
    Reopen(#[source] UpdateError),
    /// `UpdateItem` failed.
    #[error("The task could not be marked as expired")]
    MarkExpired(#[source] UpdateError),
    /// `UpdateItem` failed.
    #[error("The task's heartbeat could not be recorded")]
    RecordHeartbeat(#[source] UpdateError),
    /// The table holds a row that stands for no task.
    #[error("The table holds a row that is no callback task")]
    Malformed(#[from] MalformedRow),
}
