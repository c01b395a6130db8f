//! What the simulator reads from its environment.

use aws_smithy_types::retry::RetryConfig;
use callback_task::TaskCallbacks;
use lambda_environment::{Environment, MissingVariables, aws};

/// What the simulator reaches.
#[derive(Debug)]
pub struct Adapters {
    /// The caller, by its task token.
    pub callbacks: TaskCallbacks,
}

impl Adapters {
    /// Makes the client. The simulator has no variables of its own.
    ///
    /// # Errors
    /// [`MissingVariables`] names what Lambda would have set.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        // A callback that the SDK repeats after a lost acknowledgement reads as a closed task. The
        // workflow repeats it, and knows that it does.
        let config = aws_sdk_sfn::config::Builder::from(&aws::config(environment)?)
            .retry_config(RetryConfig::disabled())
            .build();
        Ok(Self {
            callbacks: TaskCallbacks::new(aws_sdk_sfn::Client::from_conf(config)),
        })
    }
}
