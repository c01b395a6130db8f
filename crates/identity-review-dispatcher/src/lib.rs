//! Turns the task token of a waiting review into a callback task, and asks a reviewer.
//!
//! It alone receives the private event that carries the token. The token ends in the table of
//! callback tasks, and what is published afterwards is free of it.

mod config;
mod event;

pub use config::{Adapters, ConfigurationError};
pub use event::{InvalidEvent, TokenIssued};

use callback_task::{
    CallbackTask, CallbackTaskKey, IDENTITY_REVIEW, PendingTask, Stored, TaskStatus, TaskToken,
};
use domain_event::{Detail, Event, IdentityReviewRequested};
use jiff::Timestamp;
use lambda_failure::Failure;
use serde_json::Value;

/// Characters of a token's hexadecimal SHA-256 that tell one review of an account from another.
const FINGERPRINT: usize = 16;

/// Another task was stored under the account's key while this one was on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Another review of the account was stored in the meantime.")]
pub struct TaskOvertaken;

/// Stores the token of one event and then asks for the review.
///
/// Amazon EventBridge may deliver twice: the same token is stored once, and a review that waits for
/// its answer is asked for again under the same event id. It may also deliver late: a token that
/// nobody waits for would take the place of the one that its state's retry brought. So the stored
/// task is read before Step Functions is asked, and replaced only if it is still the same.
///
/// # Errors
/// `InvalidEvent`, `StepFunctionsFailed`, `CallbackTasksTableFailed`, `TaskOvertaken` and
/// `EventBusFailed`.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<(), Failure> {
    let event = TokenIssued::read(payload)?;
    let task = event.task(IDENTITY_REVIEW, &adapters.reviewer, adapters.timeout)?;
    let account_id = &event.account_id;
    let seen = find(adapters, &task.key).await?;
    if !is_waited_for(adapters, &task.token).await? {
        tracing::info!(%account_id, "A review was not requested: its token is dead.");
        return Ok(());
    }
    match store(adapters, seen.as_ref(), &task).await? {
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
        Err(error) if error.refuses_token() => Ok(false),
        Err(error) => Err(Failure::new("StepFunctionsFailed", error)),
    }
}

async fn find(adapters: &Adapters, key: &CallbackTaskKey) -> Result<Option<CallbackTask>, Failure> {
    let found = adapters.callbacks.find(key).await;
    found.map_err(|error| Failure::new("CallbackTasksTableFailed", error))
}

/// Another token that was stored since may be a later attempt's or an earlier one's: the repeated
/// invocation asks Step Functions again.
async fn store(
    adapters: &Adapters,
    seen: Option<&CallbackTask>,
    task: &PendingTask,
) -> Result<Stored, Failure> {
    let stored = adapters.callbacks.store_over(seen, task, Timestamp::now());
    let stored = stored.await;
    let stored = stored.map_err(|error| Failure::new("CallbackTasksTableFailed", error))?;
    stored.ok_or_else(|| Failure::new("TaskOvertaken", TaskOvertaken))
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
            token_fingerprint: event.token.sha256().chars().take(FINGERPRINT).collect(),
            task_type: IDENTITY_REVIEW,
            expires_at: expires_at.to_string(),
        }),
    };
    let published = adapters.events.publish(&[request]).await;
    published.map_err(|error| Failure::new("EventBusFailed", error))
}
