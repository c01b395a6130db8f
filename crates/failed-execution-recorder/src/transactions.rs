//! The transactions table, as far as the recorder reads it.

use aws_sdk_dynamodb::{
    Client, error::SdkError, operation::get_item::GetItemError, types::AttributeValue,
};
use transaction::CleanMessage;
use transaction_queue::QueuedTransaction;

/// The transactions table: partition key `id`, range key `partner`.
#[derive(Clone, Debug)]
pub struct TransactionsTable {
    client: Client,
    name: String,
}

/// `GetItem` failed after its retries.
#[derive(Debug, thiserror::Error)]
#[error("The stored transaction could not be read")]
pub struct StoredNotRead(#[source] Box<SdkError<GetItemError>>);

impl TransactionsTable {
    /// The table of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// Whether the transaction's content is stored under its id, by this transaction or by one
    /// that it repeats: the hash decides, as in the workflow. What cleaning leaves nothing of is
    /// never stored. The read is consistent, since the row may be a moment old.
    ///
    /// # Errors
    /// [`StoredNotRead`].
    pub async fn holds(&self, transaction: &QueuedTransaction) -> Result<bool, StoredNotRead> {
        let Ok(message) = CleanMessage::of(&transaction.transaction_message) else {
            return Ok(false);
        };
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let output = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("id", key(transaction.id.as_str()))
            .key("partner", key(transaction.partner.as_str()))
            .consistent_read(true)
            .projection_expression("payload_sha256")
            .send()
            .await
            .map_err(|error| StoredNotRead(Box::new(error)))?;
        let row = output.item.unwrap_or_default();
        Ok(row.get("payload_sha256") == Some(&AttributeValue::S(message.sha256())))
    }
}
