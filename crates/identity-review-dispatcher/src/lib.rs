//! Turns the task token of a waiting review into a callback task, and asks a reviewer.
//!
//! It alone receives the private event that carries the token. The token ends in the table of
//! callback tasks, and what is published afterwards is free of it.

mod config;
mod event;

pub use config::{Adapters, ConfigurationError};
pub use event::{InvalidEvent, TokenIssued};

use callback_task::{CallbackError, PendingTask, Stored, TaskStatus, TaskToken};
use domain_event::{Detail, Event, IdentityReviewRequested};
use jiff::Timestamp;
use lambda_failure::Failure;
use serde_json::Value;

/// The `task_type` of a review, which the reviewer's answer repeats.
const TASK_TYPE: &str = "IDENTITY_REVIEW";

/// Stores the token of one event and then asks for the review.
///
/// Amazon EventBridge may deliver twice: the same token is stored once, and a review that waits for
/// its answer is asked for again under the same event id. It may also deliver late: a token that
/// nobody waits for would take the place of the one that its state's retry brought.
///
/// # Errors
/// `InvalidEvent`, `StepFunctionsFailed`, `CallbackTasksTableFailed` and `EventBusFailed`.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<(), Failure> {
    let event = TokenIssued::read(payload)?;
    let task = event.task(TASK_TYPE, &adapters.reviewer, adapters.timeout)?;
    let account_id = &event.account_id;
    if !is_waited_for(adapters, &task.token).await? {
        tracing::info!(%account_id, "A review was not requested: its token is dead.");
        return Ok(());
    }
    match store(adapters, &task).await? {
        Stored::Now | Stored::Before(TaskStatus::Pending) => {}
        Stored::Before(_) => {
            tracing::info!(%account_id, "A review was not requested: it has ended.");
            return Ok(());
        }
    }
    publish(adapters, &event, task.expires_at).await?;
    tracing::info!(%account_id, "A review was requested.");
    Ok(())
}

/// Whether a state still waits for the token. A heartbeat asks without changing anything, since
/// the state has no limit for its heartbeats.
async fn is_waited_for(adapters: &Adapters, token: &TaskToken) -> Result<bool, Failure> {
    match adapters.tasks.heartbeat(token).await {
        Ok(()) => Ok(true),
        Err(
            CallbackError::TimedOut | CallbackError::DoesNotExist | CallbackError::InvalidToken,
        ) => Ok(false),
        Err(error) => Err(Failure::new("StepFunctionsFailed", error)),
    }
}

async fn store(adapters: &Adapters, task: &PendingTask) -> Result<Stored, Failure> {
    let stored = adapters.callbacks.store(task, Timestamp::now()).await;
    stored.map_err(|error| Failure::new("CallbackTasksTableFailed", error))
}

async fn publish(
    adapters: &Adapters,
    event: &TokenIssued,
    expires_at: Timestamp,
) -> Result<(), Failure> {
    let request = Event {
        partner: event.partner.clone(),
        detail: Detail::IdentityReviewRequested(IdentityReviewRequested {
            account_id: event.account_id.clone(),
            task_type: TASK_TYPE,
            expires_at: expires_at.to_string(),
        }),
    };
    let published = adapters.events.publish(&[request]).await;
    published.map_err(|error| Failure::new("EventBusFailed", error))
}
