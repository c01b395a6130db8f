//! The completion of a task: remember the outcome, send it, mark the task as completed.
//!
//! The function may be killed between any two steps, and a request may come twice at once. A
//! repetition begins again at the first step, finds its own outcome remembered, and sends it again.

use std::{error::Error, time::Duration};

use callback_task::{
    Attempt, Begun, CallbackError, CallbackTask, CallbackTaskKey, CallbackTasksTableError, Outcome,
    OutcomeHash, TaskStatus,
};
use jiff::Timestamp;
use lambda_failure::Chain;
use partner::PartnerId;
use tokio::time::sleep;

use crate::{Adapters, refusal::Refusal};

/// How often, and how long in all, another attempt that is not settled is waited for: one second.
const LOOKS: u32 = 4;
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// Sends the outcome to the task's workflow, once and for all. The same outcome again is a success.
pub(crate) async fn complete(
    adapters: &Adapters,
    key: &CallbackTaskKey,
    partner: &PartnerId,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), Refusal> {
    let hash = outcome.hash();
    let begun = adapters
        .tasks
        .begin_completion(key, partner, &hash, now)
        .await
        .map_err(|error| unavailable(&error))?;
    let attempt = match begun {
        Begun::Attempt(attempt) => attempt,
        Begun::Refused(task) => return stand(task.as_ref(), partner, &hash),
    };
    match adapters.callbacks.send(attempt.token(), outcome).await {
        Ok(()) => {
            mark_completed(adapters, &attempt, now).await;
            Ok(())
        }
        Err(CallbackError::TimedOut) => settle(adapters, key, &attempt, &hash, now).await,
        Err(CallbackError::DoesNotExist | CallbackError::InvalidToken) => {
            log_failure(adapters.tasks.release(&attempt).await.map(drop));
            mark_expired(adapters, key, &attempt, now).await;
            Err(Refusal::TaskGone)
        }
        Err(error @ CallbackError::Refused { .. }) => {
            withdraw(adapters, &attempt).await;
            Err(unavailable(&error))
        }
        // The attempt stays open: the outcome may have arrived.
        Err(error @ CallbackError::Unanswered { .. }) => Err(unavailable(&error)),
    }
}

/// What a task that is not to be completed says to the outcome.
fn stand(
    task: Option<&CallbackTask>,
    partner: &PartnerId,
    hash: &OutcomeHash,
) -> Result<(), Refusal> {
    let task = task
        .filter(|task| task.partner == *partner)
        .ok_or(Refusal::TaskNotFound)?;
    let same = task.outcome.as_ref() == Some(hash);
    match task.status {
        TaskStatus::Completed if same => Ok(()),
        TaskStatus::Completing | TaskStatus::Completed if !same => Err(Refusal::OutcomeConflict),
        // The condition of a completion failed for time alone.
        _ => Err(Refusal::TaskGone),
    }
}

/// Decides what it means that Step Functions calls the task timed out, which it also says of a
/// task that was answered.
///
/// While no other attempt is open, nobody can have answered: the task is gone. An open one is under
/// way, and a moment tells how it ends; or it was killed, or its answer was lost, and then the
/// outcome counts as arrived.
async fn settle(
    adapters: &Adapters,
    key: &CallbackTaskKey,
    attempt: &Attempt,
    hash: &OutcomeHash,
    now: Timestamp,
) -> Result<(), Refusal> {
    let released = adapters.tasks.release(attempt).await;
    let mut task = released.map_err(|error| unavailable(&error))?;
    for _ in 0..LOOKS {
        let seen = task.ok_or(Refusal::TaskNotFound)?;
        let has_other_token = seen.token.is_some_and(|token| token != *attempt.token());
        let replaced = has_other_token || seen.outcome.as_ref() != Some(hash);
        match seen.status {
            TaskStatus::Expired => return Err(Refusal::TaskGone),
            // A retried state waits with another token, for which the outcome is to be sent again.
            _ if replaced => return Err(Refusal::Unavailable),
            TaskStatus::Completed => return Ok(()),
            _ if seen.open_attempts.is_empty() => {
                mark_expired(adapters, key, attempt, now).await;
                return Err(Refusal::TaskGone);
            }
            _ => sleep(BETWEEN_LOOKS).await,
        }
        let found = adapters.tasks.find(key).await;
        task = found.map_err(|error| unavailable(&error))?;
    }
    mark_completed(adapters, attempt, now).await;
    Ok(())
}

/// Takes an attempt back that sent nothing. What fails here leaves the attempt open, which a
/// repetition can live with.
async fn withdraw(adapters: &Adapters, attempt: &Attempt) {
    let withdrawn = match adapters.tasks.release(attempt).await {
        Ok(_) => adapters.tasks.reopen(attempt).await,
        Err(error) => Err(error),
    };
    log_failure(withdrawn);
}

/// The workflow has the outcome already: the answer does not wait for the mark.
async fn mark_completed(adapters: &Adapters, attempt: &Attempt, now: Timestamp) {
    log_failure(adapters.tasks.mark_completed(attempt, now).await);
}

async fn mark_expired(
    adapters: &Adapters,
    key: &CallbackTaskKey,
    attempt: &Attempt,
    now: Timestamp,
) {
    let token = attempt.token();
    log_failure(adapters.tasks.mark_expired(key, token, now).await);
}

/// The next callback for the task does what was not done here.
pub(crate) fn log_failure(result: Result<(), CallbackTasksTableError>) {
    if let Err(error) = result {
        tracing::warn!(error = %Chain(&error), "A task's row is behind its task.");
    }
}

pub(crate) fn unavailable(error: &(dyn Error + 'static)) -> Refusal {
    tracing::error!(error = %Chain(error), "The callback could not be carried out.");
    Refusal::Unavailable
}
