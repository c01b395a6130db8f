//! What the function is given at its start.

use std::time::Duration;

use aws_smithy_types::timeout::TimeoutConfig;
use lambda_environment::{Environment, MissingVariables, aws};
use transaction_queue::TransactionQueue;

use crate::IdempotencyTable;

/// All attempts of one write to the table of idempotency keys together. Three of them and the send
/// are shorter than the function's timeout of 25 seconds, so that a silent queue is an answer with
/// `Retry-After` and not API Gateway's own error.
const WRITE_TIMEOUT: Duration = Duration::from_secs(4);

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    pub(crate) queue: TransactionQueue,
    pub(crate) idempotency: IdempotencyTable,
}

impl Adapters {
    /// The function's resources: those that its environment names.
    ///
    /// # Errors
    /// [`MissingVariables`] lists what the environment lacks.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [queue_url, table_name] =
            environment.required(["TRANSACTION_QUEUE_URL", "IDEMPOTENCY_TABLE"])?;
        let config = aws::config(environment)?;
        let timeout = TimeoutConfig::builder()
            .operation_timeout(WRITE_TIMEOUT)
            .build();
        let table = aws_sdk_dynamodb::config::Builder::from(&config)
            .timeout_config(timeout)
            .build();
        Ok(Self::new(
            TransactionQueue::new(aws_sdk_sqs::Client::new(&config), queue_url),
            IdempotencyTable::new(aws_sdk_dynamodb::Client::from_conf(table), table_name),
        ))
    }

    /// The function's resources, made elsewhere.
    #[must_use]
    pub fn new(queue: TransactionQueue, idempotency: IdempotencyTable) -> Self {
        Self { queue, idempotency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queue_and_table_come_from_the_environment() {
        let environment = Environment::of_lambda([
            ("TRANSACTION_QUEUE_URL", "http://127.0.0.1:4566/q"),
            ("IDEMPOTENCY_TABLE", "idempotency-keys"),
        ]);
        assert!(Adapters::from_environment(&environment).is_ok());
    }

    #[test]
    fn what_is_missing_is_named_at_once() {
        let error = Adapters::from_environment(&Environment::of_lambda([])).unwrap_err();
        let missing = vec!["TRANSACTION_QUEUE_URL", "IDEMPOTENCY_TABLE"];
        assert_eq!(error, MissingVariables(missing));
    }
}
