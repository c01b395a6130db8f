//! The init phase of the trigger: environment, logging and client, before the first event.

use lambda_environment::Environment;
use lambda_failure::logging;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use step_functions_trigger::{Adapters, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::from_process();
    logging::start(environment.optional("AWS_LAMBDA_LOG_LEVEL"));
    let adapters = Adapters::from_environment(&environment)?;
    let answer = |event: LambdaEvent<Value>| handle(&adapters, event.payload);
    lambda_runtime::run(service_fn(answer)).await
}
