//! Turns each message of the transaction queue into one workflow execution.
//!
//! The queue delivers at least once. An execution's name follows from the transaction, so a
//! repeated message finds its execution there already, which counts as started.

mod config;
mod execution_name;
mod sqs_event;
mod workflows;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use lambda_failure::{Chain, Failure};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use transaction_queue::{InvalidQueuedTransaction, QueuedTransaction};

pub use config::Adapters;
pub use sqs_event::BatchResponse;
use sqs_event::{BatchItemFailure, Record, SqsEvent};
pub use workflows::{StartError, Workflows};

/// What an invocation may spend: two seconds less than the function's timeout of ten, after which
/// the whole batch would count as failed.
const TIME_BUDGET: Duration = Duration::from_secs(8);

/// Executions started at once; the event source sends ten messages at most.
const IN_FLIGHT: usize = 10;

/// Why one message started nothing. No text holds any of the message.
#[derive(Debug, thiserror::Error)]
enum RecordError {
    #[error("The message is malformed")]
    Malformed(#[source] InvalidQueuedTransaction),
    #[error("The execution could not be started")]
    NotStarted(#[source] StartError),
    #[error("The invocation's time was spent before the execution was known to be started.")]
    OutOfTime,
}

/// Starts one execution for each message and answers which messages failed, so that only those
/// return to the queue. One that fails every time ends in the dead-letter queue.
///
/// # Errors
/// `NotAnSqsEvent` for a payload of another kind.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<BatchResponse, Failure> {
    let event = SqsEvent::parse(payload).map_err(|error| Failure::new("NotAnSqsEvent", error))?;
    let deadline = Instant::now() + TIME_BUDGET;
    let failures: Vec<_> = stream::iter(&event.records)
        .map(|record| start(&adapters.workflows, record, deadline))
        .buffered(IN_FLIGHT)
        .filter_map(async |failure| failure)
        .collect()
        .await;
    tracing::info!(
        messages = event.records.len(),
        failed = failures.len(),
        "A batch of messages was taken."
    );
    Ok(BatchResponse {
        batch_item_failures: failures,
    })
}

/// One message and the only place where its failure is logged.
async fn start(
    workflows: &Workflows,
    record: &Record,
    deadline: Instant,
) -> Option<BatchItemFailure> {
    let started = timeout_at(deadline, start_execution(workflows, &record.body)).await;
    let error = started.unwrap_or(Err(RecordError::OutOfTime)).err()?;
    tracing::warn!(
        message_id = record.message_id,
        error = %Chain(&error),
        "A message started no execution and returns to the queue."
    );
    Some(BatchItemFailure {
        item_identifier: record.message_id.clone(),
    })
}

async fn start_execution(workflows: &Workflows, body: &str) -> Result<(), RecordError> {
    let transaction = QueuedTransaction::from_json(body).map_err(RecordError::Malformed)?;
    workflows
        .start(&transaction)
        .await
        .map_err(RecordError::NotStarted)
}

#[cfg(test)]
mod tests;
