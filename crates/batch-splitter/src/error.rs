//! Why an invocation fails, and the names that Lambda and the operator see.

use domain_event::PublishError;
use lambda_failure::Failure;
use partner::PartnersTableError;
use transaction_queue::SendError;

use rejection::RejectionNotRecorded;
use upload_ledger::{LedgerError, SettleError};

use crate::{object_reader::ObjectError, upload_event::UploadEventError};

/// A failure of one step.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SplitError {
    #[error(transparent)]
    Event(#[from] UploadEventError),
    #[error(transparent)]
    Partners(#[from] PartnersTableError),
    #[error(transparent)]
    Object(#[from] ObjectError),
    #[error(transparent)]
    Queue(#[from] SendError),
    #[error(transparent)]
    Rejections(#[from] RejectionNotRecorded),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Settle(#[from] SettleError),
    #[error(transparent)]
    Events(#[from] PublishError),
}

impl SplitError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Event(_) => "UploadEventNotUnderstood",
            Self::Partners(_) => "PartnersTableFailed",
            Self::Object(ObjectError::Missing(_)) => "ObjectNotFound",
            Self::Object(ObjectError::Changed(_) | ObjectError::Different) => "ObjectChanged",
            Self::Object(ObjectError::Denied(_)) => "ObjectAccessDenied",
            Self::Object(_) => "ObjectUnreadable",
            Self::Queue(_) => "TransactionQueueFailed",
            Self::Rejections(_) => "RejectionsTableFailed",
            Self::Ledger(_) | Self::Settle(SettleError::Ledger(_)) => "UploadsTableFailed",
            Self::Events(_) | Self::Settle(SettleError::Announcement(_)) => "EventBusFailed",
        }
    }
}

impl From<SplitError> for Failure {
    fn from(error: SplitError) -> Self {
        Self::new(error.error_type(), error)
    }
}
