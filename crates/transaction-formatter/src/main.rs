//! The Lambda function `transaction-formatter`; its story is [`transaction_formatter::handle`].

use lambda_failure::logging;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use transaction_formatter::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    logging::start(None);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        handle(event.payload)
    }))
    .await
}
