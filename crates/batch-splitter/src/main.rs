//! The init phase of the splitter: environment, logging and clients, before the first event.

use batch_splitter::{Adapters, handle};
use lambda_environment::Environment;
use lambda_failure::logging;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::from_process();
    logging::start(environment.optional("AWS_LAMBDA_LOG_LEVEL"));
    let adapters = Adapters::from_environment(&environment)?;
    let answer = |event: LambdaEvent<Value>| handle(&adapters, event.payload);
    lambda_runtime::run(service_fn(answer)).await
}
