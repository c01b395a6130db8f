//! The transaction workflows: the Standard one, and the one that is in use for uploads.

use std::time::Duration;

use aws_sdk_sfn::{
    Client, Config,
    config::{
        interceptors::InterceptorContext,
        retry::{ClassifyRetry, RetryAction, RetryConfig, RetryPartition, TokenBucket},
    },
    error::SdkError,
    operation::start_execution::StartExecutionError,
};
use transaction_queue::QueuedTransaction;

use crate::execution_name::execution_name;

/// Calls for one execution. A throttle is waited for here rather than in the queue, where every
/// receipt brings a message nearer to the dead-letter queue. The invocation's time budget ends
/// them earlier if need be.
const ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The two state machines that a transaction may be given to.
#[derive(Debug)]
pub struct Workflows {
    client: Client,
    standard_arn: String,
    upload_arn: String,
}

/// An execution that was not started, or may not have been.
#[derive(Debug, thiserror::Error)]
#[error("StartExecution failed after its attempts")]
pub struct StartError(#[source] Box<SdkError<StartExecutionError>>);

impl Workflows {
    /// The workflows of those ARNs, which may be the same one, reached by a client of `config`
    /// with retries of its own.
    #[must_use]
    pub fn new(config: &Config, standard_arn: String, upload_arn: String) -> Self {
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(FIRST_PAUSE)
            .with_max_backoff(LONGEST_PAUSE);
        let config = config
            .to_builder()
            .retry_config(retries)
            .retry_partition(without_quota())
            .retry_classifier(OpenExecutionsAreAThrottle);
        Self {
            client: Client::from_conf(config.build()),
            standard_arn,
            upload_arn,
        }
    }

    /// Starts the transaction's execution: an upload's in the workflow for uploads, a request's in
    /// the Standard one.
    ///
    /// The input is the transaction without the escapes that only Amazon SQS needs: they could
    /// take a message at its limit past the 256 KiB that an execution's input may have.
    ///
    /// # Errors
    /// [`StartError`] after all attempts. An execution of that name that exists is no error.
    ///
    /// # Panics
    /// Never: a transaction always serialises.
    pub async fn start(&self, transaction: &QueuedTransaction) -> Result<(), StartError> {
        let arn = match transaction.upload_id {
            Some(_) => &self.upload_arn,
            None => &self.standard_arn,
        };
        let input = serde_json::to_string(transaction).expect("a transaction serialises");
        let started = self
            .client
            .start_execution()
            .state_machine_arn(arn)
            .name(execution_name(transaction))
            .input(input)
            .send()
            .await;
        match started {
            Ok(_) => Ok(()),
            Err(error) if is_started_already(&error) => Ok(()),
            Err(error) => Err(StartError(Box::new(error))),
        }
    }
}

/// The SDK's quota of retries is that of a process and hardly refilled: a warm trigger would spend
/// it on some hundred throttles and then take each further one for final. [`ATTEMPTS`] and the time
/// budget are the limit instead.
fn without_quota() -> RetryPartition {
    RetryPartition::custom("StartExecution")
        .token_bucket(TokenBucket::unlimited())
        .build()
}

/// An earlier delivery of the same message started it, or an earlier call whose answer was lost.
fn is_started_already(error: &SdkError<StartExecutionError>) -> bool {
    error
        .as_service_error()
        .is_some_and(StartExecutionError::is_execution_already_exists)
}

/// Too many open executions is an error 400 that the SDK takes for final; it passes as they end.
#[derive(Debug)]
struct OpenExecutionsAreAThrottle;

impl ClassifyRetry for OpenExecutionsAreAThrottle {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let failure = context.output_or_error().and_then(Result::err);
        let exceeded = failure
            .and_then(|failure| failure.as_operation_error())
            .and_then(|error| error.downcast_ref())
            .is_some_and(StartExecutionError::is_execution_limit_exceeded);
        if exceeded {
            RetryAction::throttling_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "OpenExecutionsAreAThrottle"
    }
}
