//! Turns each queued call of the asynchronous API into one execution of the workflow that
//! simulates it.
//!
//! The queue delivers at least once. An execution's name follows from the call's token, so a
//! repeated message finds its execution there already, which counts as started.

mod config;
mod request;
mod simulator;

use aws_lambda_events::sqs::SqsBatchResponse;
use callback_task::CallbackError;
use lambda_failure::{Failure, sqs_batch};
use request::{InvalidRequest, NoRequest, Request};
use serde_json::Value;
use simulator::StartError;

pub use config::Adapters;
pub use simulator::Simulator;

/// The name of the error that a caller with an invalid request gets.
const INVALID_REQUEST: &str = "InvalidRequest";

/// Why one message was not carried out. No text holds any of the message.
#[derive(Debug, thiserror::Error)]
enum MessageError {
    #[error("The message is malformed")]
    Malformed(#[source] NoRequest),
    #[error("The simulator's workflow could not be started")]
    NotStarted(#[source] StartError),
    #[error("The caller could not be told that its request is invalid")]
    NotTold(#[source] CallbackError),
}

/// Carries out every message and answers which failed.
///
/// # Errors
/// `NotAnSqsEvent` for a payload of another kind.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<SqsBatchResponse, Failure> {
    sqs_batch::take_each(payload, async |body| carry_out(adapters, body).await).await
}

async fn carry_out(adapters: &Adapters, body: &str) -> Result<(), MessageError> {
    let request = Request::from_json(body).map_err(MessageError::Malformed)?;
    match request.call() {
        Ok(call) => adapters
            .simulator
            .start(&request.token, &call)
            .await
            .map_err(MessageError::NotStarted),
        Err(invalid) => refuse(adapters, &request, invalid).await,
    }
}

/// Tells the caller at once what is wrong. A caller that waits no longer needs no telling.
async fn refuse(
    adapters: &Adapters,
    request: &Request,
    invalid: InvalidRequest,
) -> Result<(), MessageError> {
    let cause = invalid.to_string();
    let told = adapters
        .callbacks
        .fail(&request.token, INVALID_REQUEST, Some(&cause));
    match told.await {
        Err(error) if !error.refuses_token() => Err(MessageError::NotTold(error)),
        _ => {
            tracing::info!(reason = cause, "An invalid request was refused.");
            Ok(())
        }
    }
}
