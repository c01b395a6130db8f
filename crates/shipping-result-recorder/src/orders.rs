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

    /// Sets the order's `tracking_number` and `shipping_status`, as far as the shipment has them. It
    /// never makes an order.
    ///
    /// # Errors
    /// [`RecordError::OrderNotFound`] and [`RecordError::OrderNotUpdated`].
    pub async fn record(&self, shipment: &Shipment) -> Result<(), RecordError> {
        let fields = [
            ("tracking_number", &shipment.tracking_number),
            ("shipping_status", &shipment.shipping_status),
        ];
        let mut write = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("order_id", S(shipment.order_id.clone()))
            .condition_expression("attribute_exists(order_id)");
        let mut assignments = Vec::new();
        for (name, value) in fields {
            if let Some(value) = value {
                assignments.push(format!("{name} = :{name}"));
                write = write.expression_attribute_values(format!(":{name}"), S(value.clone()));
            }
        }
        let write = write.update_expression(format!("SET {}", assignments.join(", ")));
        match write.send().await {
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
