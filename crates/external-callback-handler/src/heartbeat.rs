//! A heartbeat: the external system works on the task, and its workflow shall go on waiting.

use callback_task::{CallbackError, CallbackTask, CallbackTaskKey, TaskStatus, TaskToken};
use jiff::Timestamp;
use partner::PartnerId;

use crate::{
    Adapters,
    completion::{log_failure, unavailable},
    refusal::Refusal,
};

/// Sends the heartbeat and notes its time.
pub(crate) async fn record(
    adapters: &Adapters,
    key: &CallbackTaskKey,
    partner: &PartnerId,
    now: Timestamp,
) -> Result<(), Refusal> {
    let found = adapters.tasks.find(key).await;
    let task = found.map_err(|error| unavailable(&error))?;
    let token = token(task, partner, now)?;
    match adapters.callbacks.heartbeat(&token).await {
        Ok(()) => {
            log_failure(adapters.tasks.record_heartbeat(key, &token, now).await);
            Ok(())
        }
        Err(
            CallbackError::TimedOut | CallbackError::DoesNotExist | CallbackError::InvalidToken,
        ) => {
            log_failure(adapters.tasks.mark_expired(key, &token, now).await);
            Err(Refusal::TaskGone)
        }
        Err(error) => Err(unavailable(&error)),
    }
}

/// The token of a task that waits for the partner. A task that has an outcome is not in progress.
fn token(
    task: Option<CallbackTask>,
    partner: &PartnerId,
    now: Timestamp,
) -> Result<TaskToken, Refusal> {
    let task = task
        .filter(|task| task.partner == *partner)
        .ok_or(Refusal::TaskNotFound)?;
    match task.status {
        TaskStatus::Completing | TaskStatus::Completed => Err(Refusal::OutcomeConflict),
        TaskStatus::Pending if task.expires_at > now => task.token.ok_or(Refusal::TaskGone),
        TaskStatus::Pending | TaskStatus::Expired => Err(Refusal::TaskGone),
    }
}
