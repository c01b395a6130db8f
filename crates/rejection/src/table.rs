//! The rejections table.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::put_item::PutItemError,
    types::AttributeValue::{self, N, S},
};

use crate::Rejection;

/// The longest text that is kept of a transaction's id, in characters: an id may be refused for
/// its length, and an item of DynamoDB ends at 400 KB.
const KEPT_ID_CHARACTERS: usize = 256;

/// The rejections table: partition key `partner`, range key `rejection_id`.
#[derive(Clone, Debug)]
pub struct RejectionsTable {
    client: Client,
    name: String,
}

/// `PutItem` failed after its retries.
#[derive(Debug, thiserror::Error)]
#[error("The rejection could not be recorded")]
pub struct RejectionNotRecorded(#[source] Box<SdkError<PutItemError>>);

impl RejectionsTable {
    /// The table of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// Records a rejection. One that is recorded already stands as it is: a repetition changes
    /// nothing, and the first reason is the nearest to the cause.
    ///
    /// # Errors
    /// [`RejectionNotRecorded`].
    pub async fn record(&self, rejection: &Rejection) -> Result<(), RejectionNotRecorded> {
        let result = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item(rejection)))
            .condition_expression("attribute_not_exists(rejection_id)")
            .send()
            .await;
        match result {
            Err(error) if !is_recorded_already(&error) => {
                Err(RejectionNotRecorded(Box::new(error)))
            }
            _ => Ok(()),
        }
    }
}

fn is_recorded_already(error: &SdkError<PutItemError>) -> bool {
    error
        .as_service_error()
        .is_some_and(PutItemError::is_conditional_check_failed_exception)
}

fn item(rejection: &Rejection) -> HashMap<String, AttributeValue> {
    let id = rejection
        .transaction_id
        .as_ref()
        .map(|id| S(id.chars().take(KEPT_ID_CHARACTERS).collect()));
    let line = rejection.line.map(|line| N(line.to_string()));
    [
        ("partner", Some(S(rejection.partner.as_str().to_owned()))),
        (
            "rejection_id",
            Some(S(rejection.rejection_id.as_str().to_owned())),
        ),
        ("id", id),
        ("line", line),
        ("code", Some(S(rejection.code.clone()))),
        ("reason", Some(S(rejection.reason.clone()))),
        ("rejected_at", Some(S(rejection.rejected_at.clone()))),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}
