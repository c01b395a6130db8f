//! Turns a workflow's waiting state into a stored task and a message to an external system.
//!
//! The task is stored before the message leaves: an answer may come back at once. The state's
//! token stays in the table; the external system answers with the order and the task's type.

mod config;
mod error;
mod request;
mod topic;

pub use config::{Adapters, Dispatch, InvalidConfiguration};
pub use topic::Topic;

use callback_task::{Stored, TaskStatus};
use error::DispatchError;
use jiff::Timestamp;
use lambda_failure::Failure;
use request::Request;
use serde_json::Value;

/// Stores the task and publishes its payload. The state goes on waiting: what this answers is not
/// its result.
///
/// # Errors
/// `Dispatcher.InvalidInput`, which does not pass, `Dispatcher.TaskNotStored` and
/// `Dispatcher.PayloadNotPublished`.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<(), Failure> {
    Ok(dispatch(adapters, payload).await?)
}

async fn dispatch(adapters: &Adapters, payload: Value) -> Result<(), DispatchError> {
    let now = Timestamp::now();
    let request = Request::read(payload, &adapters.dispatch)?;
    let task = request.task(now + adapters.dispatch.timeout);
    let key = &task.key;
    match adapters.tasks.store(&task, now).await? {
        // An earlier invocation with this very token was cut short, or its answer was lost. The
        // external system may hear of the task twice, and never of one that has ended.
        Stored::Now | Stored::Before(TaskStatus::Pending) => {
            adapters.topic.publish(key, &request.payload).await?;
            tracing::info!(
                order_id = key.order_id(),
                task_type = key.task_type(),
                partner_id = %task.partner,
                "A task was dispatched."
            );
        }
        Stored::Before(status) => tracing::info!(
            order_id = key.order_id(),
            task_type = key.task_type(),
            ?status,
            "A task that was answered already is not dispatched again."
        ),
    }
    Ok(())
}
