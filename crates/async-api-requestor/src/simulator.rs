//! The workflow that simulates the asynchronous API.

use aws_sdk_sfn::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::start_execution::StartExecutionError,
};
use callback_task::TaskToken;

use crate::request::Call;

/// The simulator's state machine.
#[derive(Clone, Debug)]
pub struct Simulator {
    client: Client,
    arn: String,
}

/// An execution that was not started, or may not have been. The SDK's error is not kept: the
/// messages of Step Functions may quote the input, which holds a token.
#[derive(Debug, thiserror::Error)]
#[error("StartExecution failed after its attempts ({problem}).")]
pub(crate) struct StartError {
    problem: String,
}

impl Simulator {
    /// The state machine of that ARN, reached through `client`.
    #[must_use]
    pub fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// Starts the execution of a call, under a name that follows from its token. One that exists
    /// already is no error.
    pub(crate) async fn start(&self, token: &TaskToken, call: &Call) -> Result<(), StartError> {
        let started = self
            .client
            .start_execution()
            .state_machine_arn(&self.arn)
            .name(format!("call-{}", token.sha256()))
            .input(call.to_json(token))
            .send()
            .await;
        match started {
            Ok(_) => Ok(()),
            Err(error) if is_started_already(&error) => Ok(()),
            Err(error) => Err(StartError {
                problem: problem(&error),
            }),
        }
    }
}

/// An earlier delivery of the same message started it, or an earlier attempt whose answer was lost.
fn is_started_already(error: &SdkError<StartExecutionError>) -> bool {
    error
        .as_service_error()
        .is_some_and(StartExecutionError::is_execution_already_exists)
}

/// The service's error code, or the kind of the failure.
fn problem(error: &SdkError<StartExecutionError>) -> String {
    match error.code() {
        Some(code) => code.to_owned(),
        None => error.to_string(),
    }
}
