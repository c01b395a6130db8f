//! The rejections table.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::put_item::PutItemError,
    types::{
        AttributeValue::{self, N, S},
        ReturnValuesOnConditionCheckFailure,
    },
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

/// What the table says of a rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The reason for programs.
    pub code: String,
    /// The reason for people, a sentence.
    pub reason: String,
    /// When it was rejected: RFC 3339, UTC.
    pub rejected_at: String,
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

    /// Records a rejection, and answers what the table says of it from now on: one that is recorded
    /// already stands as it is, for the first reason is the nearest to the cause.
    ///
    /// # Errors
    /// [`RejectionNotRecorded`].
    pub async fn record(&self, rejection: &Rejection) -> Result<Recorded, RejectionNotRecorded> {
        let result = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item(rejection)))
            .condition_expression("attribute_not_exists(rejection_id)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else {
            return Ok(Recorded::of(rejection));
        };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                Ok(Recorded::read(refused.item()).unwrap_or_else(|| Recorded::of(rejection)))
            }
            _ => Err(RejectionNotRecorded(Box::new(error))),
        }
    }
}

impl Recorded {
    fn of(rejection: &Rejection) -> Self {
        Self {
            code: rejection.code.clone(),
            reason: rejection.reason.clone(),
            rejected_at: rejection.rejected_at.clone(),
        }
    }

    fn read(item: Option<&HashMap<String, AttributeValue>>) -> Option<Self> {
        let text = |name| item?.get(name)?.as_s().ok().cloned();
        Some(Self {
            code: text("code")?,
            reason: text("reason")?,
            rejected_at: text("rejected_at")?,
        })
    }
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
