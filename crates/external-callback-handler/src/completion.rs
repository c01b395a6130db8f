//! The completion of a task: remember the outcome, send it, mark the task as completed.
//!
//! The function may be killed between any two steps, and a request may come twice at once. A
//! repetition begins again at the first step, finds its own outcome remembered, and sends it again.

use std::{error::Error, time::Duration};

use callback_task::{
    Attempt, Begun, CallbackError, CallbackTask, CallbackTaskKey, CallbackTasksTableError, Outcome,
    OutcomeHash, TaskStatus, TaskToken,
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
        Begun::Refused(task) => return stand(adapters, key, task, partner, &hash, now).await,
    };
    match adapters.callbacks.send(attempt.token(), outcome).await {
        Ok(()) => {
            mark_completed(adapters, &attempt, now).await;
            Ok(())
        }
        Err(error) if error.refuses_token() => settle(adapters, key, &attempt, &hash, now).await,
        Err(error @ CallbackError::Refused { .. }) => {
            withdraw(adapters, &attempt).await;
            Err(unavailable(&error))
        }
        // The attempt stays open: the outcome may have arrived.
        Err(error) => Err(unavailable(&error)),
    }
}

/// What a task that is not to be completed says to the outcome.
///
/// While another outcome is being sent, a moment tells how that ends: Step Functions may refuse it
/// as too busy, and then the task waits again. An outcome of which that is not known by then counts
/// as arrived, as it does in [`settle`].
async fn stand(
    adapters: &Adapters,
    key: &CallbackTaskKey,
    mut task: Option<CallbackTask>,
    partner: &PartnerId,
    hash: &OutcomeHash,
    now: Timestamp,
) -> Result<(), Refusal> {
    for _ in 0..LOOKS {
        let seen = task
            .filter(|task| task.partner == *partner)
            .ok_or(Refusal::TaskNotFound)?;
        let same = seen.outcome.as_ref() == Some(hash);
        match seen.status {
            TaskStatus::Completed if same => return Ok(()),
            TaskStatus::Completed => return Err(Refusal::OutcomeConflict),
            TaskStatus::Completing if !same => {}
            TaskStatus::Pending if seen.expires_at > now => return Err(Refusal::Unavailable),
            TaskStatus::Completing => return Err(Refusal::Unavailable),
            TaskStatus::Pending | TaskStatus::Expired => {
                return Err(expire(adapters, key, seen.token.as_ref(), now).await);
            }
        }
        task = look_again(adapters, key).await?;
    }
    Err(Refusal::OutcomeConflict)
}

/// Decides what it means that Step Functions refused the token of the task, which it does for a
/// task that timed out as well as for one that was answered.
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
                return Err(expire(adapters, key, Some(attempt.token()), now).await);
            }
            _ => task = look_again(adapters, key).await?,
        }
    }
    mark_completed(adapters, attempt, now).await;
    Ok(())
}

/// The task a moment later.
async fn look_again(
    adapters: &Adapters,
    key: &CallbackTaskKey,
) -> Result<Option<CallbackTask>, Refusal> {
    sleep(BETWEEN_LOOKS).await;
    let found = adapters.tasks.find(key).await;
    found.map_err(|error| unavailable(&error))
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

/// A task whose time is over, or whose token is dead, is gone, and its token leaves the row.
pub(crate) async fn expire(
    adapters: &Adapters,
    key: &CallbackTaskKey,
    token: Option<&TaskToken>,
    now: Timestamp,
) -> Refusal {
    if let Some(token) = token {
        log_failure(adapters.tasks.mark_expired(key, token, now).await);
    }
    Refusal::TaskGone
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
