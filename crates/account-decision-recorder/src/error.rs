//! How the function fails.

use aws_sdk_dynamodb::{error::SdkError, operation::update_item::UpdateItemError};
use lambda_failure::Failure;

/// The delivery is no `AccountApproved` or `AccountRejected`. It is not repeated here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The event is no decision about an account.")]
pub struct InvalidEvent;

/// A decision that was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum AccountsTableError {
    /// The table has no such account of this partner.
    #[error("There is no such account of this partner.")]
    NotFound,
    /// The account was decided otherwise before.
    #[error("The account was decided otherwise before.")]
    Conflict,
    /// `UpdateItem` failed after its retries.
    #[error("The decision could not be recorded")]
    Record(#[source] Box<SdkError<UpdateItemError>>),
}

impl From<InvalidEvent> for Failure {
    fn from(error: InvalidEvent) -> Self {
        Self::new("InvalidEvent", error)
    }
}

impl From<AccountsTableError> for Failure {
    fn from(error: AccountsTableError) -> Self {
        let error_type = match error {
            AccountsTableError::NotFound => "AccountNotFound",
            AccountsTableError::Conflict => "ConflictingDecision",
            AccountsTableError::Record(_) => "AccountsTableFailed",
        };
        Self::new(error_type, error)
    }
}
