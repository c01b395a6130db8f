//! The Lambda function `event-logger`; its story is [`event_logger::handle`].

use lambda_environment::Environment;
use lambda_failure::logging;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::from_process();
    logging::start(environment.optional("AWS_LAMBDA_LOG_LEVEL"));
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        event_logger::handle(&event.payload);
        Ok::<_, lambda_runtime::Error>(())
    }))
    .await
}
