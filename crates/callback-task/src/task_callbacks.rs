//! The three calls of Step Functions that answer a task.

use aws_sdk_sfn::{
    Client,
    config::{Builder, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
};

use crate::{Outcome, TaskToken};

/// Answers tasks by their token.
///
/// The client is made with the SDK's own retries off: a call that is repeated after its answer was
/// lost finds the task closed, and would read as a task that timed out.
#[derive(Clone, Debug)]
pub struct TaskCallbacks {
    client: Client,
}

/// A task that was not answered, or may not have been. The texts and sources of the SDK are not
/// kept: the messages of Step Functions may quote a token or an output.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// The task ended before: answered, timed out, or its execution is closed.
    #[error("The task timed out, or it was answered already.")]
    TimedOut,
    /// Step Functions knows no such task.
    #[error("There is no such task.")]
    DoesNotExist,
    /// The token was never one of Step Functions.
    #[error("The task token is not valid.")]
    InvalidToken,
    /// Step Functions refused the call and did nothing; a throttle above all.
    #[error("Step Functions refused the call ({code}).")]
    Refused {
        /// The error code of the service.
        code: String,
    },
    /// Nobody knows whether Step Functions took the answer.
    #[error("Step Functions gave no usable answer ({problem}).")]
    Unanswered {
        /// What was wrong, in a word or the service's error code.
        problem: String,
    },
}

impl CallbackError {
    /// Whether Step Functions refused the token: nobody waits for it any more, or ever did.
    #[must_use]
    pub fn refuses_token(&self) -> bool {
        matches!(
            self,
            Self::TimedOut | Self::DoesNotExist | Self::InvalidToken
        )
    }
}

impl TaskCallbacks {
    /// Answers through a client made from `config`, with its retries off.
    #[must_use]
    pub fn from_config(config: Builder) -> Self {
        let config = config.retry_config(RetryConfig::disabled());
        Self::new(Client::from_conf(config.build()))
    }

    /// Answers through `client`, whose retries are off.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Sends an outcome: `SendTaskSuccess` or `SendTaskFailure`.
    ///
    /// # Errors
    /// [`CallbackError`].
    pub async fn send(&self, token: &TaskToken, outcome: &Outcome) -> Result<(), CallbackError> {
        match outcome {
            Outcome::Success { output } => self.succeed(token, output).await,
            Outcome::Failure { error, cause } => self.fail(token, error, cause.as_deref()).await,
        }
    }

    /// Ends the task with an output, which is JSON (`SendTaskSuccess`).
    ///
    /// # Errors
    /// [`CallbackError`].
    pub async fn succeed(&self, token: &TaskToken, output: &str) -> Result<(), CallbackError> {
        let call = self.client.send_task_success();
        let sent = call.task_token(token.expose()).output(output).send().await;
        sent.map(drop).map_err(|error| problem(&error))
    }

    /// Ends the task with an error of at most 256 and a cause of at most 32,768 characters
    /// (`SendTaskFailure`).
    ///
    /// # Errors
    /// [`CallbackError`].
    pub async fn fail(
        &self,
        token: &TaskToken,
        error: &str,
        cause: Option<&str>,
    ) -> Result<(), CallbackError> {
        let call = self.client.send_task_failure().task_token(token.expose());
        let call = call.error(error).set_cause(cause.map(str::to_owned));
        let sent = call.send().await;
        sent.map(drop).map_err(|error| problem(&error))
    }

    /// Shows that the external system still works on the task (`SendTaskHeartbeat`).
    ///
    /// # Errors
    /// [`CallbackError`].
    pub async fn heartbeat(&self, token: &TaskToken) -> Result<(), CallbackError> {
        let call = self.client.send_task_heartbeat();
        let sent = call.task_token(token.expose()).send().await;
        sent.map(drop).map_err(|error| problem(&error))
    }
}

fn problem<E: ProvideErrorMetadata>(error: &SdkError<E>) -> CallbackError {
    let unanswered = |problem: &str| CallbackError::Unanswered {
        problem: problem.to_owned(),
    };
    match error {
        SdkError::ServiceError(refusal) => {
            let status = refusal.raw().status().as_u16();
            let code = refusal.err().code();
            match code {
                Some("TaskTimedOut") => CallbackError::TimedOut,
                Some("TaskDoesNotExist") => CallbackError::DoesNotExist,
                Some("InvalidToken") => CallbackError::InvalidToken,
                Some(code) if (400..500).contains(&status) => CallbackError::Refused {
                    code: code.to_owned(),
                },
                _ => unanswered(code.unwrap_or("an error without a code")),
            }
        }
        SdkError::ConstructionFailure(_) => unanswered("the request could not be made"),
        SdkError::TimeoutError(_) => unanswered("timeout"),
        SdkError::DispatchFailure(_) => unanswered("connection failed"),
        _ => unanswered("unreadable answer"),
    }
}

#[cfg(test)]
mod tests;
