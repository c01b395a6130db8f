//! Why a task is not dispatched.

use callback_task::{CallbackTasksTableError, InvalidKey, InvalidTaskToken};
use lambda_failure::Failure;

use crate::topic::NotPublished;

/// No variant's text holds the token or any of the payload.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DispatchError {
    #[error(
        "The event is not that of a waiting state: it has no token, or its input is no object."
    )]
    NotAWaitingState,
    #[error("The input has nothing under the key that PAYLOAD_EVENT_KEY names.")]
    PayloadMissing,
    #[error("Neither the payload nor the input has an order_id.")]
    OrderIdMissing,
    #[error("The partner_id is missing or not the id of a partner.")]
    InvalidPartner,
    #[error("The state's token cannot be one")]
    InvalidToken(#[source] InvalidTaskToken),
    #[error("The task has no valid key")]
    InvalidKey(#[source] InvalidKey),
    #[error(transparent)]
    NotStored(#[from] CallbackTasksTableError),
    #[error(transparent)]
    NotPublished(#[from] NotPublished),
}

/// The names are part of the workflow's contract: its Retry selects them. Their prefix is reserved,
/// so that no external system can send one of them as its own failure.
impl From<DispatchError> for Failure {
    fn from(error: DispatchError) -> Self {
        let error_type = match error {
            DispatchError::NotStored(_) => "Dispatcher.TaskNotStored",
            DispatchError::NotPublished(_) => "Dispatcher.PayloadNotPublished",
            _ => "Dispatcher.InvalidInput",
        };
        Self::new(error_type, error)
    }
}
