//! How the writers of an upload's row give way to one another.
//!
//! The splitter and the recorders of outcomes write the same row, the latter by transactions. While
//! one is under way, DynamoDB refuses every other write of the row by an error 400 that the SDK takes
//! for final: `TransactionConflictException`, or a cancelled transaction with the reason
//! `TransactionConflict` (developer guide, "Transaction conflict handling in DynamoDB").

use std::time::Duration;

use aws_sdk_dynamodb::{
    Client,
    config::{
        interceptors::InterceptorContext,
        retry::{ClassifyRetry, RetryAction, RetryConfig, RetryPartition, TokenBucket},
    },
    operation::{
        put_item::PutItemError, transact_write_items::TransactWriteItemsError,
        update_item::UpdateItemError,
    },
};

/// Attempts of one write at least. A write lasts some milliseconds; eight attempts with their pauses,
/// which double and are random up to their length, last some six seconds besides the calls themselves.
const ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// Reasons of a cancelled transaction that pass by themselves.
const PASSING: [&str; 3] = [
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
];
/// The one reason that its caller has to decide about.
const CONDITION_FAILED: &str = "ConditionalCheckFailed";

/// A client like `client` that repeats what another writer was in the way of; one that makes more
/// attempts keeps them.
#[must_use]
pub fn giving_way(client: &Client) -> Client {
    let attempts = client
        .config()
        .retry_config()
        .map(RetryConfig::max_attempts);
    let retries = RetryConfig::standard()
        .with_max_attempts(attempts.unwrap_or_default().max(ATTEMPTS))
        .with_initial_backoff(FIRST_PAUSE);
    let config = client.config().to_builder();
    let config = config
        .retry_config(retries)
        .retry_partition(without_quota())
        .retry_classifier(ConflictsPass);
    Client::from_conf(config.build())
}

/// Conflicts would empty the SDK's quota of retries, which is that of a process. The attempts and
/// the timeout of a call are the limit instead.
fn without_quota() -> RetryPartition {
    RetryPartition::custom("upload-ledger")
        .token_bucket(TokenBucket::unlimited())
        .build()
}

#[derive(Debug)]
struct ConflictsPass;

impl ClassifyRetry for ConflictsPass {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let failure = context.output_or_error().and_then(Result::err);
        let Some(error) = failure.and_then(|failure| failure.as_operation_error()) else {
            return RetryAction::NoActionIndicated;
        };
        let put = error.downcast_ref::<PutItemError>();
        let update = error.downcast_ref::<UpdateItemError>();
        let transaction = error.downcast_ref::<TransactWriteItemsError>();
        if put.is_some_and(PutItemError::is_transaction_conflict_exception)
            || update.is_some_and(UpdateItemError::is_transaction_conflict_exception)
            || transaction.is_some_and(was_in_the_way)
        {
            RetryAction::transient_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "ConflictsPass"
    }
}

fn was_in_the_way(error: &TransactWriteItemsError) -> bool {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return false;
    };
    let reasons = cancelled.cancellation_reasons().iter();
    let codes: Vec<_> = reasons.filter_map(|reason| reason.code()).collect();
    codes.iter().any(|code| PASSING.contains(code)) && !codes.contains(&CONDITION_FAILED)
}
