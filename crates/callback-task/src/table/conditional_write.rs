//! A conditional `UpdateItem`, which tells the row that it found either way.

use aws_sdk_dynamodb::{
    operation::update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure},
};

use crate::{error::UpdateError, row::Row};

/// What became of the write. The row is the one before it, None where there was none.
pub(super) enum Write {
    Done(Option<Row>),
    Refused(Option<Row>),
}

/// Sends the write. That its condition fails is a result and no error: the row may show one's own
/// write whose answer was lost.
pub(super) async fn send(write: UpdateItemFluentBuilder) -> Result<Write, UpdateError> {
    let sent = write
        .return_values(ReturnValue::AllOld)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await;
    match sent {
        Ok(output) => Ok(Write::Done(output.attributes)),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                Ok(Write::Refused(refused.item.clone()))
            }
            _ => Err(Box::new(error)),
        },
    }
}
