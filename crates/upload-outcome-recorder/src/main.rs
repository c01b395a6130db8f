//! The Lambda function `upload-outcome-recorder`; its story is
//! [`upload_outcome_recorder::handle`].

use lambda_environment::Environment;
use lambda_failure::logging;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use upload_outcome_recorder::{Adapters, handle};

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
