//! The table of callback tasks.

mod completion;
mod conditional_write;
mod store_over;

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::AttributeValue::{self, N, S},
};
use conditional_write::Write;
use jiff::{SignedDuration, Timestamp};
use partner::PartnerId;

use crate::{CallbackTask, CallbackTaskKey, CallbackTasksTableError, TaskStatus, TaskToken, row};

/// How long a row outlives its task, so that a late answer still reads that the task is gone, and
/// not that there never was one.
const KEPT_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The table of callback tasks: partition key `order_id`, sort key `task_type`, time to live
/// `remove_at`.
#[derive(Clone, Debug)]
pub struct CallbackTasksTable {
    client: Client,
    name: String,
}

/// A task as a dispatcher stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingTask {
    /// What the external system will answer with.
    pub key: CallbackTaskKey,
    /// What Step Functions will be answered with.
    pub token: TaskToken,
    /// Who alone may answer.
    pub partner: PartnerId,
    /// When the workflow's patience ends; a fraction of a second is rounded up.
    pub expires_at: Timestamp,
}

/// What a store found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// The task is stored, in place of an earlier one of its key.
    Now,
    /// The very same token was stored before, and its task is this far.
    Before(TaskStatus),
}

impl CallbackTasksTable {
    /// The table of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// Stores a pending task. An earlier task of the key had a token that a retry of its state, or
    /// a later workflow, has replaced: its row is overwritten, and `attempt` counts on.
    ///
    /// A repetition with the same token changes nothing, whatever became of the task since.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::Store`] and [`CallbackTasksTableError::Malformed`].
    pub async fn store(
        &self,
        task: &PendingTask,
        now: Timestamp,
    ) -> Result<Stored, CallbackTasksTableError> {
        let write = self.pending(task, now).condition_expression(
            "attribute_not_exists(task_token_sha256) OR task_token_sha256 <> :sha256",
        );
        match conditional_write::send(write)
            .await
            .map_err(CallbackTasksTableError::Store)?
        {
            Write::Done(_) => Ok(Stored::Now),
            Write::Refused(stored) => Ok(Stored::Before(
                row::read(&stored.unwrap_or_default())?.status,
            )),
        }
    }

    /// The task of a key, by a consistent read.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::Find`] and [`CallbackTasksTableError::Malformed`].
    pub async fn find(
        &self,
        key: &CallbackTaskKey,
    ) -> Result<Option<CallbackTask>, CallbackTasksTableError> {
        let output = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("order_id", S(key.order_id().to_owned()))
            .key("task_type", S(key.task_type().to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| CallbackTasksTableError::Find(Box::new(error)))?;
        Ok(output.item().map(row::read).transpose()?)
    }

    /// Notes when the task's external system last showed that it works; a task that is not pending
    /// any more, or has another token by now, is left as it is.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::RecordHeartbeat`].
    pub async fn record_heartbeat(
        &self,
        key: &CallbackTaskKey,
        token: &TaskToken,
        now: Timestamp,
    ) -> Result<(), CallbackTasksTableError> {
        let write = self
            .update(key)
            .update_expression("SET heartbeat_at = :now")
            .condition_expression("task_token = :token AND task_status = :pending")
            .expression_attribute_values(":now", S(now.to_string()))
            .expression_attribute_values(":token", S(token.expose().to_owned()))
            .expression_attribute_values(":pending", status(TaskStatus::Pending));
        conditional_write::send(write)
            .await
            .map(drop)
            .map_err(CallbackTasksTableError::RecordHeartbeat)
    }

    /// Marks a task whose token is dead as expired, and forgets the token: Step Functions refused it,
    /// or the task's time is over. A task is left as it is whose outcome somebody may have sent in the meantime, or that has another
    /// token by now.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::MarkExpired`].
    pub async fn mark_expired(
        &self,
        key: &CallbackTaskKey,
        token: &TaskToken,
        now: Timestamp,
    ) -> Result<(), CallbackTasksTableError> {
        let write = self
            .update(key)
            .update_expression(
                "SET task_status = :expired, expired_at = :now REMOVE task_token, outcome_sha256",
            )
            .condition_expression(
                "task_token = :token AND (task_status = :pending OR \
                 (task_status = :completing AND attribute_not_exists(open_attempts)))",
            )
            .expression_attribute_values(":now", S(now.to_string()))
            .expression_attribute_values(":token", S(token.expose().to_owned()))
            .expression_attribute_values(":expired", status(TaskStatus::Expired))
            .expression_attribute_values(":pending", status(TaskStatus::Pending))
            .expression_attribute_values(":completing", status(TaskStatus::Completing));
        conditional_write::send(write)
            .await
            .map(drop)
            .map_err(CallbackTasksTableError::MarkExpired)
    }

    /// The write of a pending task, which forgets the key's earlier one; its condition is missing.
    fn pending(&self, task: &PendingTask, now: Timestamp) -> UpdateItemFluentBuilder {
        self.update(&task.key)
            .update_expression(
                "SET task_token = :token, task_token_sha256 = :sha256, task_status = :pending, \
                 partner_id = :partner, expires_at = :expires_at, remove_at = :remove_at, \
                 dispatched_at = :now, attempt = if_not_exists(attempt, :zero) + :one \
                 REMOVE outcome_sha256, open_attempts, completing_at, completed_at, expired_at, \
                 heartbeat_at",
            )
            .expression_attribute_values(":token", S(task.token.expose().to_owned()))
            .expression_attribute_values(":sha256", S(task.token.sha256()))
            .expression_attribute_values(":pending", status(TaskStatus::Pending))
            .expression_attribute_values(":partner", S(task.partner.to_string()))
            .expression_attribute_values(":expires_at", seconds_up(task.expires_at))
            .expression_attribute_values(
                ":remove_at",
                seconds_up(task.expires_at + KEPT_AFTER_EXPIRY),
            )
            .expression_attribute_values(":now", S(now.to_string()))
            .expression_attribute_values(":zero", N("0".to_owned()))
            .expression_attribute_values(":one", N("1".to_owned()))
    }

    fn update(&self, key: &CallbackTaskKey) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.name)
            .key("order_id", S(key.order_id().to_owned()))
            .key("task_type", S(key.task_type().to_owned()))
    }
}

fn status(status: TaskStatus) -> AttributeValue {
    S(status.as_str().to_owned())
}

/// The whole seconds since 1970 at or after a moment, as the table's time to live counts.
fn seconds_up(moment: Timestamp) -> AttributeValue {
    let fraction = moment.subsec_nanosecond() > 0;
    N((moment.as_second() + i64::from(fraction)).to_string())
}
