//! A conditional `UpdateItem`, which tells the row that refused it.

use aws_sdk_dynamodb::{
    operation::update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    types::ReturnValuesOnConditionCheckFailure,
};

use super::{error::UpdateError, row::Row};

/// What became of a write.
pub(super) enum Write {
    Done,
    /// Its condition failed on this row, None where there was none.
    Refused(Option<Row>),
}

/// Sends the write. That its condition fails is a result and no error: the row may show one's own
/// write whose answer was lost.
pub(super) async fn send(write: UpdateItemFluentBuilder) -> Result<Write, UpdateError> {
    let sent = write
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await;
    match sent {
        Ok(_) => Ok(Write::Done),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                Ok(Write::Refused(refused.item.clone()))
            }
            _ => Err(Box::new(error)),
        },
    }
}
