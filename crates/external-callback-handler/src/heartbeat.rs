//! A heartbeat: the external system works on the task, and its workflow shall go on waiting.

use callback_task::{CallbackTaskKey, TaskStatus, TaskToken};
use jiff::Timestamp;
use partner::PartnerId;

use crate::{
    Adapters,
    completion::{expire, log_failure, unavailable},
    refusal::Refusal,
};

/// Sends the heartbeat and notes its time.
pub(crate) async fn record(
    adapters: &Adapters,
    key: &CallbackTaskKey,
    partner: &PartnerId,
    now: Timestamp,
) -> Result<(), Refusal> {
    let token = live_token(adapters, key, partner, now).await?;
    match adapters.callbacks.heartbeat(&token).await {
        Ok(()) => {
            log_failure(adapters.tasks.record_heartbeat(key, &token, now).await);
            Ok(())
        }
        Err(error) if error.refuses_token() => {
            let gone = expire(adapters, key, Some(&token), now).await;
            // Since it was read, the task may have been answered, or a retried state may have
            // stored another token.
            let replaced = live_token(adapters, key, partner, now).await? != token;
            Err(if replaced { Refusal::Unavailable } else { gone })
        }
        Err(error) => Err(unavailable(&error)),
    }
}

/// The token of a task that waits for the partner. A task that has an outcome is not in progress.
async fn live_token(
    adapters: &Adapters,
    key: &CallbackTaskKey,
    partner: &PartnerId,
    now: Timestamp,
) -> Result<TaskToken, Refusal> {
    let found = adapters.tasks.find(key).await;
    let task = found
        .map_err(|error| unavailable(&error))?
        .filter(|task| task.partner == *partner)
        .ok_or(Refusal::TaskNotFound)?;
    match task.status {
        TaskStatus::Completing | TaskStatus::Completed => Err(Refusal::OutcomeConflict),
        TaskStatus::Pending if task.expires_at > now => task.token.ok_or(Refusal::TaskGone),
        TaskStatus::Pending | TaskStatus::Expired => {
            Err(expire(adapters, key, task.token.as_ref(), now).await)
        }
    }
}
