//! The orders table.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client, error::SdkError, operation::get_item::GetItemError, types::AttributeValue,
};

/// The orders table: partition key `order_id`.
#[derive(Clone, Debug)]
pub struct OrdersTable {
    client: Client,
    name: String,
}

/// `GetItem` failed after its retries.
#[derive(Debug, thiserror::Error)]
#[error("The order could not be read")]
pub struct OrderNotRead(#[source] Box<SdkError<GetItemError>>);

impl OrdersTable {
    /// The table of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// The attributes of an order, by a consistent read: the order may have been written just
    /// before its workflow was started.
    ///
    /// # Errors
    /// [`OrderNotRead`].
    pub async fn find(
        &self,
        order_id: &str,
    ) -> Result<Option<HashMap<String, AttributeValue>>, OrderNotRead> {
        let output = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("order_id", AttributeValue::S(order_id.to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| OrderNotRead(Box::new(error)))?;
        Ok(output.item)
    }
}
