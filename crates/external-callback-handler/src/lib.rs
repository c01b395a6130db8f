//! Turns an external system's answer to a task into the task's outcome in Step Functions.
//!
//! The external system knows a task by its order and type. The task's token, which Step Functions
//! wants, stands in the table of callback tasks and never leaves this function.

mod callback;
mod completion;
mod config;
mod heartbeat;
mod refusal;

pub use config::Adapters;

use std::time::Duration;

use callback::{Callback, Report};
use completion::unavailable;
use jiff::Timestamp;
use lambda_failure::Failure;
use partner::PartnerId;
use partner_api::{ApiError, Request, Response};
use refusal::Refusal;
use serde_json::Value;
use tokio::time::timeout;

/// All calls of one request together. Shorter than the function's timeout of 20 seconds, so that
/// services that are slow one after the other are still an answer with `Retry-After`. What is cut
/// off is as a call whose answer was lost.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(18);

/// Answers one event of an API Gateway REST proxy integration.
///
/// # Errors
/// `InvalidEvent` for an event of another kind. Every request of a partner has an answer.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Response, Failure> {
    let request = Request::read(payload)?;
    Ok(match accept(adapters, &request).await {
        Ok(callback) => Response::json(200, &callback.accepted()),
        Err(refusal) => {
            let error = ApiError::from(refusal);
            tracing::info!(code = error.code, "The callback was refused.");
            error.into()
        }
    })
}

/// Carries out what the request says and answers it as it was understood. A repetition is
/// answered like the first. The body is JSON whatever its `Content-Type`: there is nothing else to
/// take it for, and external systems leave the header out.
async fn accept(adapters: &Adapters, request: &Request) -> Result<Callback, Refusal> {
    let partner = request.partner()?;
    let callback = Callback::parse(&request.text()?)?;
    timeout(REQUEST_TIMEOUT, carry_out(adapters, &callback, &partner))
        .await
        .unwrap_or_else(|elapsed| Err(unavailable(&elapsed)))?;
    tracing::info!(
        partner_id = %partner,
        order_id = callback.key.order_id(),
        task_type = callback.key.task_type(),
        task_status = callback.report.status(),
        "The callback was accepted."
    );
    Ok(callback)
}

async fn carry_out(
    adapters: &Adapters,
    callback: &Callback,
    partner: &PartnerId,
) -> Result<(), Refusal> {
    let now = Timestamp::now();
    match &callback.report {
        Report::Ended(outcome) => {
            completion::complete(adapters, &callback.key, partner, outcome, now).await
        }
        Report::InProgress => heartbeat::record(adapters, &callback.key, partner, now).await,
    }
}
