//! Turns each queued call of the asynchronous API into one execution of the workflow that
//! simulates it.
//!
//! The queue delivers at least once. An execution's name follows from the call's token, so a
//! repeated message finds its execution there already, which counts as started.

mod config;
mod request;
mod simulator;
mod sqs_event;

use std::time::Duration;

use callback_task::CallbackError;
use futures_util::{StreamExt, stream};
use lambda_failure::{Chain, Failure};
use request::{InvalidRequest, NoRequest, Request};
use serde_json::Value;
use simulator::StartError;
use tokio::time::{Instant, timeout_at};

pub use config::Adapters;
pub use simulator::Simulator;
pub use sqs_event::{BatchItemFailure, BatchResponse};
use sqs_event::{Record, SqsEvent};

/// What an invocation may spend: two seconds less than the function's timeout of ten, after which
/// the whole batch would count as failed.
const TIME_BUDGET: Duration = Duration::from_secs(8);

/// Messages carried out at once; the event source sends ten at most.
const IN_FLIGHT: usize = 10;

/// The name of the error that a caller with an invalid request gets.
const INVALID_REQUEST: &str = "InvalidRequest";

/// Why one message was not carried out. No text holds any of the message.
#[derive(Debug, thiserror::Error)]
enum RecordError {
    #[error("The message is malformed")]
    Malformed(#[source] NoRequest),
    #[error("The simulator's workflow could not be started")]
    NotStarted(#[source] StartError),
    #[error("The caller could not be told that its request is invalid")]
    NotTold(#[source] CallbackError),
    #[error("The invocation's time was spent before the message was carried out.")]
    OutOfTime,
}

/// Carries out every message and answers which failed, so that only those return to the queue.
/// One that fails every time ends in the dead-letter queue.
///
/// # Errors
/// `NotAnSqsEvent` for a payload of another kind.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<BatchResponse, Failure> {
    let event = SqsEvent::parse(payload).map_err(|error| Failure::new("NotAnSqsEvent", error))?;
    let deadline = Instant::now() + TIME_BUDGET;
    let failures: Vec<_> = stream::iter(&event.records)
        .map(|record| take(adapters, record, deadline))
        .buffered(IN_FLIGHT)
        .filter_map(async |failure| failure)
        .collect()
        .await;
    tracing::info!(
        messages = event.records.len(),
        failed = failures.len(),
        "A batch of calls was taken."
    );
    Ok(BatchResponse {
        batch_item_failures: failures,
    })
}

/// One message and the only place where its failure is logged.
async fn take(adapters: &Adapters, record: &Record, deadline: Instant) -> Option<BatchItemFailure> {
    let taken = timeout_at(deadline, carry_out(adapters, &record.body)).await;
    let error = taken.unwrap_or(Err(RecordError::OutOfTime)).err()?;
    tracing::warn!(
        message_id = record.message_id,
        error = %Chain(&error),
        "A call was not carried out and returns to the queue."
    );
    Some(BatchItemFailure {
        item_identifier: record.message_id.clone(),
    })
}

async fn carry_out(adapters: &Adapters, body: &str) -> Result<(), RecordError> {
    let request = Request::from_json(body).map_err(RecordError::Malformed)?;
    match request.check() {
        Ok(()) => adapters
            .simulator
            .start(&request)
            .await
            .map_err(RecordError::NotStarted),
        Err(invalid) => refuse(adapters, &request, invalid).await,
    }
}

/// Tells the caller at once what is wrong. A caller that waits no longer needs no telling.
async fn refuse(
    adapters: &Adapters,
    request: &Request,
    invalid: InvalidRequest,
) -> Result<(), RecordError> {
    let cause = invalid.to_string();
    let told = adapters
        .callbacks
        .fail(&request.token, INVALID_REQUEST, Some(&cause));
    match told.await {
        Ok(())
        | Err(
            CallbackError::TimedOut | CallbackError::DoesNotExist | CallbackError::InvalidToken,
        ) => {
            tracing::info!(reason = cause, "An invalid request was refused.");
            Ok(())
        }
        Err(error) => Err(RecordError::NotTold(error)),
    }
}
