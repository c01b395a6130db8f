//! The Lambda function `transaction-formatter`; its story is [`transaction_formatter::handle`].

use lambda_environment::Environment;
use lambda_failure::logging;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use transaction_formatter::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::from_process();
    logging::start(environment.optional("AWS_LAMBDA_LOG_LEVEL"));
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        handle(event.payload)
    }))
    .await
}
