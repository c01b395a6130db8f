//! Turns each message of the transaction queue into one workflow execution.
//!
//! The queue delivers at least once. An execution's name follows from the transaction, so a
//! repeated message finds its execution there already, which counts as started.

mod config;
mod execution_name;
mod workflows;

use aws_lambda_events::sqs::SqsBatchResponse;
use lambda_failure::{Failure, sqs_batch};
use serde_json::Value;
use transaction_queue::{InvalidQueuedTransaction, QueuedTransaction};

pub use config::Adapters;
pub use workflows::{StartError, Workflows};

/// Why one message started nothing. No text holds any of the message.
#[derive(Debug, thiserror::Error)]
enum MessageError {
    #[error("The message is malformed")]
    Malformed(#[source] InvalidQueuedTransaction),
    #[error("The execution could not be started")]
    NotStarted(#[source] StartError),
}

/// Starts one execution for each message and answers which messages failed.
///
/// # Errors
/// `NotAnSqsEvent` for a payload of another kind.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<SqsBatchResponse, Failure> {
    sqs_batch::take_each(payload, async |body| start(&adapters.workflows, body).await).await
}

async fn start(workflows: &Workflows, body: &str) -> Result<(), MessageError> {
    let transaction = QueuedTransaction::from_json(body).map_err(MessageError::Malformed)?;
    let started = workflows.start(&transaction).await;
    started.map_err(MessageError::NotStarted)
}

#[cfg(test)]
mod tests;
