//! What the function is given at its start.

use std::time::Duration;

use aws_smithy_types::timeout::TimeoutConfig;
use callback_task::{CallbackTasksTable, TaskCallbacks};
use lambda_environment::{Environment, MissingVariables, aws};

/// All attempts of one read or write together, so that a silent table is an answer with
/// `Retry-After`. All calls of a request together have their own limit, in [`crate::handle`].
const TABLE_TIMEOUT: Duration = Duration::from_secs(3);
const TABLE_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    pub(crate) tasks: CallbackTasksTable,
    pub(crate) callbacks: TaskCallbacks,
}

impl Adapters {
    /// The function's resources: those that its environment names, in `CALLBACK_TABLE`.
    ///
    /// # Errors
    /// [`MissingVariables`] lists what the environment lacks.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [callback_table] = environment.required(["CALLBACK_TABLE"])?;
        let config = aws::config(environment)?;
        let timeout = TimeoutConfig::builder()
            .operation_attempt_timeout(TABLE_ATTEMPT_TIMEOUT)
            .operation_timeout(TABLE_TIMEOUT)
            .build();
        let dynamodb = aws_sdk_dynamodb::config::Builder::from(&config).timeout_config(timeout);
        let dynamodb = aws_sdk_dynamodb::Client::from_conf(dynamodb.build());
        Ok(Self::new(
            CallbackTasksTable::new(dynamodb, callback_table),
            TaskCallbacks::from_config(aws_sdk_sfn::config::Builder::from(&config)),
        ))
    }

    /// The function's resources, made elsewhere.
    #[must_use]
    pub fn new(tasks: CallbackTasksTable, callbacks: TaskCallbacks) -> Self {
        Self { tasks, callbacks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_comes_from_the_environment() {
        let environment = Environment::of_lambda([("CALLBACK_TABLE", "callback-tasks")]);
        assert!(Adapters::from_environment(&environment).is_ok());
    }

    #[test]
    fn a_missing_table_is_named() {
        let error = Adapters::from_environment(&Environment::of_lambda([])).unwrap_err();
        assert_eq!(error, MissingVariables(vec!["CALLBACK_TABLE"]));
    }
}
