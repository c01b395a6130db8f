//! The Lambda function `identity-checker`; its story is [`identity_checker::handle`].

use lambda_environment::Environment;
use lambda_failure::logging;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::from_process();
    logging::start(environment.optional("AWS_LAMBDA_LOG_LEVEL"));
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        identity_checker::handle(&event.payload)
    }))
    .await
}
