//! The transactions table, as far as the recorder reads it.

use aws_sdk_dynamodb::{
    Client, error::SdkError, operation::get_item::GetItemError, types::AttributeValue,
};
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

    /// Whether this very transaction is stored: the same place in the same upload, or the same
    /// moment of receipt. The read is consistent, since the row may be a moment old.
    ///
    /// # Errors
    /// [`StoredNotRead`].
    pub async fn holds(&self, transaction: &QueuedTransaction) -> Result<bool, StoredNotRead> {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let output = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("id", key(transaction.id.as_str()))
            .key("partner", key(transaction.partner.as_str()))
            .consistent_read(true)
            .projection_expression("upload_id, #ordinal, received_at")
            .expression_attribute_names("#ordinal", "ordinal")
            .send()
            .await
            .map_err(|error| StoredNotRead(Box::new(error)))?;
        let Some(row) = output.item else {
            return Ok(false);
        };
        let text = |name| row.get(name).and_then(|value| value.as_s().ok());
        let number = |name| row.get(name).and_then(|value| value.as_n().ok());
        Ok(match (&transaction.upload_id, transaction.ordinal) {
            (Some(upload), Some(ordinal)) => {
                text("upload_id").map(String::as_str) == Some(upload.as_str())
                    && number("ordinal") == Some(&ordinal.to_string())
            }
            _ => {
                text("upload_id").is_none() && text("received_at") == Some(&transaction.received_at)
            }
        })
    }
}
