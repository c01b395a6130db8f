//! Counts what became of an upload's transactions, and completes the upload when all have ended.
//!
//! Outcomes come at least once and in no order. The outcomes of a batch are counted together, upload
//! by upload, so that a large upload's row is not written for each of its transactions.

mod config;
mod error;
mod outcome;
mod outcomes;

use std::collections::BTreeMap;

use aws_lambda_events::sqs::SqsBatchResponse;
use error::RecordError;
use jiff::Timestamp;
use lambda_failure::{Failure, sqs_batch};
use outcome::{NotAnOutcome, Outcome, TransactionOutcome};
use serde_json::Value;
use transaction::UploadId;

pub use config::Adapters;
use outcomes::Counted;
pub use outcomes::OutcomesTable;

/// The outcomes of one upload by the transactions' places in it, and the messages that told them.
#[derive(Default)]
struct OfUpload {
    outcomes: BTreeMap<u64, Outcome>,
    messages: Vec<String>,
}

/// Counts the outcomes of a batch and answers which messages failed.
///
/// # Errors
/// `NotAnSqsEvent` for a payload of another kind.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<SqsBatchResponse, Failure> {
    let mut uploads: BTreeMap<UploadId, OfUpload> = BTreeMap::new();
    let mut failed = Vec::new();
    let messages = sqs_batch::messages(payload)?;
    let count = messages.len();
    for (message, body) in messages {
        match TransactionOutcome::read(&body) {
            Ok(told) => {
                let upload = uploads.entry(told.upload).or_default();
                upload.outcomes.entry(told.ordinal).or_insert(told.outcome);
                upload.messages.push(message);
            }
            Err(NotAnOutcome) => failed.push(sqs_batch::returned(&message, &NotAnOutcome)),
        }
    }
    let groups = uploads
        .into_iter()
        .map(|(upload, told)| (told.messages, (upload, told.outcomes)));
    let record = async |(upload, outcomes)| record(adapters, &upload, outcomes).await;
    failed.extend(sqs_batch::take_groups(groups, record).await);
    Ok(sqs_batch::response(count, failed))
}

/// The splitter enters an upload before it sends any of it. So an upload that has no row never came
/// as a file: whoever wrote its messages keeps no ledger here, and no repetition finds a row.
async fn record(
    adapters: &Adapters,
    upload: &UploadId,
    outcomes: BTreeMap<u64, Outcome>,
) -> Result<(), RecordError> {
    let now = Timestamp::now();
    let number = outcomes.len();
    let counted = adapters.outcomes.count(upload, outcomes, now).await?;
    if counted == Counted::UnknownUpload {
        tracing::warn!(
            upload_id = upload.as_str(),
            outcomes = number,
            "Outcomes of an upload that the ledger does not know were passed over."
        );
        return Ok(());
    }
    upload_ledger::settle(&adapters.uploads, &adapters.events, upload, now).await?;
    Ok(())
}
