//! The orders table.

use aws_sdk_dynamodb::{
    Client, error::SdkError, operation::update_item::UpdateItemError, types::AttributeValue::S,
};

use crate::{Shipment, error::RecordError};

/// The orders table: partition key `order_id`.
#[derive(Clone, Debug)]
pub struct OrdersTable {
    client: Client,
    name: String,
}

impl OrdersTable {
    /// The table of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// Sets the order's `tracking_number` and `shipping_status`. It never makes an order.
    ///
    /// # Errors
    /// [`RecordError::OrderNotFound`] and [`RecordError::OrderNotUpdated`].
    pub async fn record(&self, shipment: &Shipment) -> Result<(), RecordError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("order_id", S(shipment.order_id.clone()))
            .update_expression(
                "SET tracking_number = :tracking_number, shipping_status = :shipping_status",
            )
            .condition_expression("attribute_exists(order_id)")
            .expression_attribute_values(":tracking_number", S(shipment.tracking_number.clone()))
            .expression_attribute_values(":shipping_status", S(shipment.shipping_status.clone()))
            .send()
            .await;
        match updated {
            Ok(_) => Ok(()),
            Err(error) if is_absent_order(&error) => Err(RecordError::OrderNotFound),
            Err(error) => Err(RecordError::OrderNotUpdated(Box::new(error))),
        }
    }
}

fn is_absent_order(error: &SdkError<UpdateItemError>) -> bool {
    error
        .as_service_error()
        .is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}
