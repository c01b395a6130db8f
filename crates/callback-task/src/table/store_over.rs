//! The store of a task that may have been overtaken.

use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use jiff::Timestamp;

use super::{
    CallbackTasksTable, PendingTask, Stored,
    conditional_write::{self, Write},
};
use crate::{CallbackTask, CallbackTasksTableError, row};

impl CallbackTasksTable {
    /// Stores a pending task like [`CallbackTasksTable::store`], in place of `seen`, which was
    /// found under its key. None where another task was stored there since: nothing changes then.
    ///
    /// Whoever finds `seen` first, asks then whether the token is alive, and stores it over `seen`,
    /// cannot replace the token of a later attempt: that one is stored either before `seen` is
    /// found, when the older token is dead already, or after it.
    ///
    /// # Errors
    /// [`CallbackTasksTableError::Store`] and [`CallbackTasksTableError::Malformed`].
    pub async fn store_over(
        &self,
        seen: Option<&CallbackTask>,
        task: &PendingTask,
        now: Timestamp,
    ) -> Result<Option<Stored>, CallbackTasksTableError> {
        let write = self.pending(task, now);
        let write = match seen {
            None => write.condition_expression("attribute_not_exists(attempt)"),
            Some(seen) => write
                .condition_expression("attempt = :seen AND task_token_sha256 <> :sha256")
                .expression_attribute_values(":seen", N(seen.attempt.to_string())),
        };
        let write = conditional_write::send(write).await;
        let found = match write.map_err(CallbackTasksTableError::Store)? {
            Write::Done(_) => return Ok(Some(Stored::Now)),
            Write::Refused(found) => found.unwrap_or_default(),
        };
        if found.get("task_token_sha256") != Some(&S(task.token.sha256())) {
            return Ok(None);
        }
        Ok(Some(Stored::Before(row::read(&found)?.status)))
    }
}
