//! Why an order is not loaded.

use lambda_failure::Failure;

use crate::orders::OrderNotRead;

/// No variant's text holds any of the order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("The input has no order_id of 1 to 2,048 bytes.")]
    InvalidInput,
    #[error("There is no such order.")]
    OrderNotFound,
    #[error("The order's partner_id is not the id of a partner.")]
    InvalidOrder,
    #[error("The order is larger than 100 KiB as JSON.")]
    OrderTooLarge,
    #[error(transparent)]
    OrderNotRead(#[from] OrderNotRead),
}

/// The names are part of the workflow's contract: its Retry selects them.
impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let error_type = match error {
            LoadError::InvalidInput => "InvalidInput",
            LoadError::OrderNotFound => "OrderNotFound",
            LoadError::InvalidOrder => "InvalidOrder",
            LoadError::OrderTooLarge => "OrderTooLarge",
            LoadError::OrderNotRead(_) => "OrderNotRead",
        };
        Self::new(error_type, error)
    }
}
