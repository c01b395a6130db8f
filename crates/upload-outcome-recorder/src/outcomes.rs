//! The outcomes table, and the upload's counts beside it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::{
    Client,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue::{N, S},
        CancellationReason, Put, TransactWriteItem, Update,
    },
};
use jiff::Timestamp;
use transaction::UploadId;
use upload_ledger::giving_way;

use crate::{error::RecordError, outcome::Outcome};

/// How long an outcome's row stands, in seconds: 60 days. The bus's archive replays events for 30
/// days, and a message may then wait 14 days as a dead letter: no event comes again after its row.
const KEPT_SECONDS: i64 = 60 * 24 * 60 * 60;

/// What DynamoDB calls a condition that did not hold, in a transaction's reasons.
const CONDITION_FAILED: &str = "ConditionalCheckFailed";

/// The outcomes table: partition key `upload_id`, range key `ordinal`, a row for each transaction
/// of an upload that has ended, until `expires_at`.
#[derive(Clone, Debug)]
pub struct OutcomesTable {
    client: Client,
    name: String,
    uploads: String,
}

/// Whether outcomes are counted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Each of them once, whoever did.
    Yes,
    /// The ledger has no such upload, and so nothing to count.
    UnknownUpload,
}

/// What became of a transaction of DynamoDB.
enum Written {
    All,
    /// The rows of these outcomes stand already, so nothing was written.
    Before(Vec<u64>),
    /// There is no row for the counts, so nothing was written.
    NoCounts,
}

impl OutcomesTable {
    /// The table of that name, and the uploads table whose counts it explains.
    #[must_use]
    pub fn new(client: &Client, table_name: String, uploads_table_name: String) -> Self {
        Self {
            client: giving_way(client),
            name: table_name,
            uploads: uploads_table_name,
        }
    }

    /// Counts each outcome once, whatever was counted before.
    pub(crate) async fn count(
        &self,
        upload: &UploadId,
        mut outcomes: BTreeMap<u64, Outcome>,
        now: Timestamp,
    ) -> Result<Counted, RecordError> {
        let expires_at = now.as_second() + KEPT_SECONDS;
        while !outcomes.is_empty() {
            let rows = outcomes
                .iter()
                .map(|(ordinal, outcome)| self.row(upload, *ordinal, *outcome, expires_at));
            let items = rows.chain([self.counts(upload, &outcomes)]).collect();
            match self.write(items, &outcomes).await? {
                Written::All => return Ok(Counted::Yes),
                Written::NoCounts => return Ok(Counted::UnknownUpload),
                Written::Before(ordinals) => {
                    outcomes.retain(|ordinal, _| !ordinals.contains(ordinal));
                }
            }
        }
        Ok(Counted::Yes)
    }

    /// Writes the outcomes' rows and the counts, or nothing.
    async fn write(
        &self,
        items: Vec<TransactWriteItem>,
        outcomes: &BTreeMap<u64, Outcome>,
    ) -> Result<Written, RecordError> {
        let call = self.client.transact_write_items();
        let Err(error) = call.set_transact_items(Some(items)).send().await else {
            return Ok(Written::All);
        };
        let reasons = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                cancelled.cancellation_reasons()
            }
            _ => return Err(RecordError::NotCounted(Box::new(error))),
        };
        let ordinals: Vec<_> = outcomes
            .keys()
            .zip(reasons)
            .filter(|(_, reason)| has_failed_condition(reason))
            .map(|(ordinal, _)| *ordinal)
            .collect();
        let of_counts = reasons.get(outcomes.len());
        if of_counts.is_some_and(has_failed_condition) {
            Ok(Written::NoCounts)
        } else if !ordinals.is_empty() {
            Ok(Written::Before(ordinals))
        } else {
            Err(RecordError::NotCounted(Box::new(error)))
        }
    }

    fn row(
        &self,
        upload: &UploadId,
        ordinal: u64,
        outcome: Outcome,
        expires_at: i64,
    ) -> TransactWriteItem {
        let put = Put::builder()
            .table_name(&self.name)
            .item("upload_id", S(upload.as_str().to_owned()))
            .item("ordinal", N(ordinal.to_string()))
            .item("outcome", S(outcome.as_str().to_owned()))
            .item("expires_at", N(expires_at.to_string()))
            .condition_expression("attribute_not_exists(upload_id)")
            .build()
            .expect("a put with a table and an item is complete");
        TransactWriteItem::builder().put(put).build()
    }

    fn counts(&self, upload: &UploadId, outcomes: &BTreeMap<u64, Outcome>) -> TransactWriteItem {
        let count = |of: Outcome| {
            let outcomes = outcomes.values();
            N(outcomes.filter(|each| **each == of).count().to_string())
        };
        let update = Update::builder()
            .table_name(&self.uploads)
            .key("upload_id", S(upload.as_str().to_owned()))
            .update_expression(
                "ADD ended :ended, #stored :stored, duplicates :duplicates, rejected :rejected",
            )
            .condition_expression("attribute_exists(upload_id)")
            // A reserved word of DynamoDB.
            .expression_attribute_names("#stored", "stored")
            .expression_attribute_values(":ended", N(outcomes.len().to_string()))
            .expression_attribute_values(":stored", count(Outcome::Stored))
            .expression_attribute_values(":duplicates", count(Outcome::Duplicate))
            .expression_attribute_values(":rejected", count(Outcome::Rejected))
            .build()
            .expect("an update with a table, a key and an expression is complete");
        TransactWriteItem::builder().update(update).build()
    }
}

fn has_failed_condition(reason: &CancellationReason) -> bool {
    reason.code() == Some(CONDITION_FAILED)
}
