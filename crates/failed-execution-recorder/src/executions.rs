//! Executions of the transaction workflow.

use aws_sdk_sfn::{Client, error::SdkError, operation::describe_execution::DescribeExecutionError};

/// Step Functions, asked for what an event left out.
#[derive(Clone, Debug)]
pub struct Executions {
    client: Client,
}

/// `DescribeExecution` failed after its retries.
#[derive(Debug, thiserror::Error)]
#[error("The execution's input could not be read")]
pub struct InputNotRead(#[source] Box<SdkError<DescribeExecutionError>>);

impl Executions {
    /// Executions as `client` reaches them.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The input of an execution. An event of EventBridge has room for 256 KB and leaves out an
    /// input that does not fit.
    ///
    /// # Errors
    /// [`InputNotRead`].
    pub async fn input(&self, execution_arn: &str) -> Result<String, InputNotRead> {
        let output = self
            .client
            .describe_execution()
            .execution_arn(execution_arn)
            .send()
            .await
            .map_err(|error| InputNotRead(Box::new(error)))?;
        Ok(output.input.unwrap_or_default())
    }
}
