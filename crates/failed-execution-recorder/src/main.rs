//! The Lambda function `failed-execution-recorder`; its story is
//! [`failed_execution_recorder::handle`].

use failed_execution_recorder::{Adapters, handle};
use lambda_environment::Environment;
use lambda_failure::logging;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::from_process();
    logging::start(environment.optional("AWS_LAMBDA_LOG_LEVEL"));
    let adapters = Adapters::from_environment(&environment)?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        handle(&adapters, event.payload)
    }))
    .await
}
