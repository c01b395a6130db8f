//! A task that waits for an external system: its key, its token, its outcome, and the table of
//! such tasks.
//!
//! A workflow hands a task token to a dispatcher, which stores it here under a key that the
//! external system knows, and never shows the token itself. When the system answers with that
//! key, the handler finds the token and sends the outcome to Step Functions ([`TaskCallbacks`]).
//!
//! A row's life: `PENDING` → `COMPLETING` → `COMPLETED`, or `EXPIRED` once the token is known to
//! be dead. A retried state brings a new token, which replaces the row's whole life.

mod attempt;
mod awaited_output;
mod error;
mod key;
mod outcome;
mod row;
mod table;
mod task_callbacks;
mod token;

pub use attempt::{Attempt, Begun};
pub use awaited_output::{IDENTITY_REVIEW, UnusableOutput, check_output, shipping_text};
pub use error::CallbackTasksTableError;
pub use key::{CallbackTaskKey, InvalidKey};
pub use outcome::{InvalidOutcome, Outcome, OutcomeHash};
pub use row::{CallbackTask, MalformedRow, TaskStatus};
pub use table::{CallbackTasksTable, PendingTask, Stored};
pub use task_callbacks::{CallbackError, TaskCallbacks};
pub use token::{InvalidTaskToken, TaskToken};
