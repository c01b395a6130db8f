//! The event that Step Functions publishes when an execution ends.

use serde::Deserialize;
use serde_json::Value;

/// The fields in use of `Step Functions Execution Status Change`.
#[derive(Debug, Deserialize)]
pub struct ExecutionEvent {
    /// When the event was published: RFC 3339, UTC.
    pub time: String,
    /// What ended.
    pub detail: Execution,
}

/// An execution that ended without an outcome of its own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// The execution's ARN.
    #[serde(rename = "executionArn")]
    pub arn: String,
    /// Its name, which follows from the transaction.
    pub name: String,
    /// How it ended.
    pub status: Status,
    /// Its input, where the event is small enough to hold it.
    pub input: Option<String>,
}

/// The ends that leave a transaction without a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// A state failed and nothing caught it.
    Failed,
    /// The whole execution took too long.
    TimedOut,
    /// A person, or a program, stopped it.
    Aborted,
}

/// A payload that is no such event. The library's error may quote it, and so it is not kept.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The payload is no event of an execution that failed, timed out or was aborted.")]
pub struct NotAnExecutionEvent;

impl ExecutionEvent {
    /// Reads the event.
    ///
    /// # Errors
    /// [`NotAnExecutionEvent`], also for an execution that succeeded or still runs.
    pub fn parse(payload: Value) -> Result<Self, NotAnExecutionEvent> {
        serde_json::from_value(payload).map_err(|_| NotAnExecutionEvent)
    }
}

impl Status {
    /// The rejection's code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Failed => "EXECUTION_FAILED",
            Self::TimedOut => "EXECUTION_TIMED_OUT",
            Self::Aborted => "EXECUTION_ABORTED",
        }
    }

    /// The rejection's reason.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Failed => "The transaction's workflow failed before it could store or reject it.",
            Self::TimedOut => "The transaction's workflow took too long.",
            Self::Aborted => "The transaction's workflow was stopped.",
        }
    }
}
