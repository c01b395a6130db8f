//! What the simulator reads from its environment.

use aws_sdk_sfn::config::Builder;
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
        let config = aws::config(environment)?;
        Ok(Self {
            callbacks: TaskCallbacks::from_config(Builder::from(&config)),
        })
    }
}
