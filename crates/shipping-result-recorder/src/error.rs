//! Why a shipment is not recorded.

use aws_sdk_dynamodb::{error::SdkError, operation::update_item::UpdateItemError};
use lambda_failure::Failure;

/// No variant's text holds any of the state.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The state names no order.
    #[error("The input has no order_id of 1 to 2,048 bytes.")]
    InvalidInput,
    /// The shipping service put something else there than a text or a number of 1 to 1,024 bytes.
    /// The API refuses such an answer; a workflow may have been told it otherwise.
    #[error("The shipping service's {field} is not a text or a number of 1 to 1,024 bytes.")]
    InvalidShippingResult {
        /// The field's name.
        field: &'static str,
    },
    /// The order was deleted in the meantime.
    #[error("There is no such order.")]
    OrderNotFound,
    /// `UpdateItem` failed after its retries.
    #[error("The order could not be updated")]
    OrderNotUpdated(#[source] Box<SdkError<UpdateItemError>>),
}

/// The names are part of the workflow's contract: its Retry selects them.
impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        let error_type = match error {
            RecordError::InvalidInput => "InvalidInput",
            RecordError::InvalidShippingResult { .. } => "InvalidShippingResult",
            RecordError::OrderNotFound => "OrderNotFound",
            RecordError::OrderNotUpdated(_) => "OrderNotUpdated",
        };
        Self::new(error_type, error)
    }
}
