//! The writes around sending a task's outcome to Step Functions.
//!
//! An outcome may be sent more than once: by a request that was repeated after its answer was
//! lost, by two requests at the same time, or after a kill. Step Functions takes the first and
//! answers `TaskTimedOut` to the others, and to all of them if the task is really gone. So the row
//! keeps the attempts of which nobody knows how they ended (`open_attempts`): as long as there
//! is one besides one's own, the outcome may have arrived.

use aws_sdk_dynamodb::types::AttributeValue::{N, S, Ss};
use jiff::Timestamp;
use partner::PartnerId;

use super::{
    CallbackTasksTable,
    conditional_write::{self, Write},
    status,
};
use crate::{
    Attempt, Begun, CallbackTask, CallbackTaskKey, CallbackTasksTableError, MalformedRow,
    OutcomeHash, TaskStatus, TaskToken,
    row::{self, Row},
};

impl CallbackTasksTable {
    /// Begins to complete a task: remembers the outcome's hash and the attempt before anything is
    /// sent. The task must be the partner's, and be pending and not have expired, or completing with
    /// the same outcome: one that may have been sent in time is sent again whatever the time is, and
    /// Step Functions' answer tells what became of it.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::BeginCompletion`] and [`CallbackTasksTableError::Malformed`].
    pub async fn begin_completion(
        &self,
        key: &CallbackTaskKey,
        partner: &PartnerId,
        outcome: &OutcomeHash,
        now: Timestamp,
    ) -> Result<Begun, CallbackTasksTableError> {
        let id = Attempt::random_id();
        let write = self
            .update(key)
            .update_expression(
                "SET task_status = :completing, outcome_sha256 = :outcome, completing_at = :now \
                 ADD open_attempts :attempt",
            )
            .condition_expression(
                "partner_id = :partner AND ((task_status = :pending AND expires_at > :now_seconds) \
                 OR (task_status = :completing AND outcome_sha256 = :outcome))",
            )
            .expression_attribute_values(":completing", status(TaskStatus::Completing))
            .expression_attribute_values(":pending", status(TaskStatus::Pending))
            .expression_attribute_values(":outcome", S(outcome.0.clone()))
            .expression_attribute_values(":partner", S(partner.to_string()))
            .expression_attribute_values(":attempt", Ss(vec![id.clone()]))
            .expression_attribute_values(":now", S(now.to_string()))
            .expression_attribute_values(":now_seconds", N(now.as_second().to_string()));
        let write = conditional_write::send(write)
            .await
            .map_err(CallbackTasksTableError::BeginCompletion)?;
        Ok(match write {
            Write::Refused(row) => Begun::Refused(task(row.as_ref())?),
            Write::Done(row) => Begun::Attempt(Attempt {
                key: key.clone(),
                token: token(row.as_ref())?,
                outcome: outcome.clone(),
                id,
            }),
        })
    }

    /// Closes an attempt that Step Functions refused, and which therefore sent nothing. Answers
    /// the task without it; its other open attempts may have sent the outcome.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::Release`] and [`CallbackTasksTableError::Malformed`].
    pub async fn release(
        &self,
        attempt: &Attempt,
    ) -> Result<Option<CallbackTask>, CallbackTasksTableError> {
        let write = self
            .update(&attempt.key)
            .update_expression("DELETE open_attempts :attempt")
            .condition_expression("task_token = :token")
            .expression_attribute_values(":attempt", Ss(vec![attempt.id.clone()]))
            .expression_attribute_values(":token", S(attempt.token.expose().to_owned()));
        let write = conditional_write::send(write)
            .await
            .map_err(CallbackTasksTableError::Release)?;
        let (Write::Done(row) | Write::Refused(row)) = write;
        let mut task = task(row.as_ref())?;
        if let Some(task) = &mut task {
            task.open_attempts.retain(|open| *open != attempt.id);
        }
        Ok(task)
    }

    /// Makes a task pending again whose outcome nobody can have sent, so that a later refusal of
    /// its token is known for what it is. A task in any other condition is left as it is.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::Reopen`].
    pub async fn reopen(&self, attempt: &Attempt) -> Result<(), CallbackTasksTableError> {
        let write = self
            .update(&attempt.key)
            .update_expression("SET task_status = :pending REMOVE outcome_sha256, completing_at")
            .condition_expression(
                "task_token = :token AND task_status = :completing AND outcome_sha256 = :outcome \
                 AND attribute_not_exists(open_attempts)",
            )
            .expression_attribute_values(":token", S(attempt.token.expose().to_owned()))
            .expression_attribute_values(":outcome", S(attempt.outcome.0.clone()))
            .expression_attribute_values(":pending", status(TaskStatus::Pending))
            .expression_attribute_values(":completing", status(TaskStatus::Completing));
        conditional_write::send(write)
            .await
            .map(drop)
            .map_err(CallbackTasksTableError::Reopen)
    }

    /// Marks a task as completed and forgets its token. A task that another attempt marked before,
    /// or that has another token by now, is left as it is.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::MarkCompleted`].
    pub async fn mark_completed(
        &self,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<(), CallbackTasksTableError> {
        let write = self
            .update(&attempt.key)
            .update_expression(
                "SET task_status = :completed, completed_at = :now \
                 REMOVE task_token, open_attempts",
            )
            .condition_expression(
                "task_token = :token AND task_status = :completing AND outcome_sha256 = :outcome",
            )
            .expression_attribute_values(":token", S(attempt.token.expose().to_owned()))
            .expression_attribute_values(":outcome", S(attempt.outcome.0.clone()))
            .expression_attribute_values(":completed", status(TaskStatus::Completed))
            .expression_attribute_values(":completing", status(TaskStatus::Completing))
            .expression_attribute_values(":now", S(now.to_string()));
        conditional_write::send(write)
            .await
            .map(drop)
            .map_err(CallbackTasksTableError::MarkCompleted)
    }
}

fn task(row: Option<&Row>) -> Result<Option<CallbackTask>, MalformedRow> {
    row.map(row::read).transpose()
}

/// The token of the row before the write; a task that can be completed has one.
fn token(row: Option<&Row>) -> Result<TaskToken, MalformedRow> {
    task(row)?.and_then(|task| task.token).ok_or(MalformedRow {
        attribute: "task_token",
    })
}
