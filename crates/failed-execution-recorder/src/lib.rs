//! Turns a failed transaction workflow into the rejection that it could not record itself.
//!
//! The workflow records its own rejections. Where it fails, times out or is stopped before that,
//! this function does, so that no accepted transaction ends in nothing. An execution whose
//! transaction's content is stored, by itself or by one that it repeats, lacks its announcement
//! alone: that is to be redriven, and is no rejection. A transaction that is rejected here is to be
//! sent again: a redrive could store it beside its rejection.

mod config;
mod execution_event;
mod executions;
mod transactions;

use domain_event::{Detail, Event, TransactionRejected};
use execution_event::{Execution, ExecutionEvent};
use lambda_failure::Failure;
use rejection::{Recorded, Rejection, RejectionId};
use serde::Serialize;
use serde_json::Value;
use transaction_queue::QueuedTransaction;

pub use config::Adapters;
pub use executions::Executions;
pub use transactions::TransactionsTable;

/// What became of the failed execution's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// Its content is stored; the execution waits for its redrive.
    Stored,
    /// It has a rejection now, or had one already.
    Rejected,
}

/// Records the rejection of the failed execution's transaction and announces it, unless the
/// transaction is stored. A repetition, and a second execution, announce it under the same id.
///
/// # Errors
/// `NotAnExecutionEvent`, `InvalidTransaction` (an execution that somebody started by hand with
/// another input), `ExecutionNotRead`, `StoreNotRead`, `RejectionNotRecorded` and
/// `RejectionNotAnnounced`.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Outcome, Failure> {
    let event = ExecutionEvent::parse(payload)
        .map_err(|error| Failure::new("NotAnExecutionEvent", error))?;
    let execution = &event.detail;
    let input = input_of(adapters, execution).await?;
    let transaction = QueuedTransaction::from_json(&input)
        .map_err(|error| Failure::new("InvalidTransaction", error))?;
    let is_stored = adapters
        .transactions
        .holds(&transaction)
        .await
        .map_err(|error| Failure::new("StoreNotRead", error))?;
    if is_stored {
        tracing::warn!(
            execution = execution.name,
            "A stored transaction's execution failed and waits for its redrive."
        );
        return Ok(Outcome::Stored);
    }
    let rejection = rejection(&event, &transaction);
    let recorded = adapters
        .rejections
        .record(&rejection)
        .await
        .map_err(|error| Failure::new("RejectionNotRecorded", error))?;
    let code = recorded.code.clone();
    adapters
        .events
        .publish(&[announcement(rejection, recorded, transaction)])
        .await
        .map_err(|error| Failure::new("RejectionNotAnnounced", error))?;
    tracing::warn!(
        execution = execution.name,
        code,
        "A failed execution's transaction was rejected: it is to be sent again, not redriven."
    );
    Ok(Outcome::Rejected)
}

async fn input_of(adapters: &Adapters, execution: &Execution) -> Result<String, Failure> {
    match &execution.input {
        Some(input) => Ok(input.clone()),
        None => adapters
            .executions
            .input(&execution.arn)
            .await
            .map_err(|error| Failure::new("ExecutionNotRead", error)),
    }
}

/// The key is the one that the workflow would have used: the two never make two records.
fn rejection(event: &ExecutionEvent, transaction: &QueuedTransaction) -> Rejection {
    let execution = &event.detail;
    let rejection_id = match (&transaction.upload_id, transaction.ordinal) {
        (Some(upload), Some(ordinal)) => RejectionId::of_upload(upload, ordinal),
        _ => RejectionId::of_execution(&execution.name),
    };
    Rejection {
        partner: transaction.partner.clone(),
        rejection_id,
        transaction_id: Some(transaction.id.to_string()),
        line: None,
        code: execution.status.code().to_owned(),
        reason: execution.status.reason().to_owned(),
        rejected_at: event.time.clone(),
    }
}

/// The event says what the record says: the workflow may have recorded another reason, and have
/// failed to announce it.
fn announcement(rejection: Rejection, recorded: Recorded, transaction: QueuedTransaction) -> Event {
    Event {
        partner: rejection.partner,
        detail: Detail::TransactionRejected(TransactionRejected {
            rejection_id: rejection.rejection_id.as_str().to_owned(),
            transaction_id: Some(transaction.id),
            code: recorded.code,
            upload_id: transaction.upload_id,
            ordinal: transaction.ordinal,
            rejected_at: recorded.rejected_at,
        }),
    }
}
