//! One attempt to complete a task.

use crate::{CallbackTask, CallbackTaskKey, OutcomeHash, TaskToken};

/// An attempt that has begun. The table knows it as open until it is released or the task is
/// marked as completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub(crate) key: CallbackTaskKey,
    pub(crate) token: TaskToken,
    pub(crate) outcome: OutcomeHash,
    pub(crate) id: String,
}

/// What the beginning of a completion found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The outcome may be sent.
    Attempt(Attempt),
    /// It may not: there is no such task, it is another partner's, it has expired, or another
    /// outcome came before.
    Refused(Option<CallbackTask>),
}

impl Attempt {
    /// The id is random, so that the SDK's repetition of a write whose answer was lost is still
    /// the same attempt, and a repeated request is another.
    pub(crate) fn random_id() -> String {
        format!("{:032x}", fastrand::u128(..))
    }

    /// The token to send the outcome with.
    #[must_use]
    pub fn token(&self) -> &TaskToken {
        &self.token
    }
}
