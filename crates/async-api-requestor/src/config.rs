//! What the requestor reads from its environment.

use aws_sdk_sfn::{Client, config::Builder};
use callback_task::TaskCallbacks;
use lambda_environment::{Environment, MissingVariables, aws};

use crate::Simulator;

/// What the requestor reaches.
#[derive(Clone, Debug)]
pub struct Adapters {
    /// The API that it calls.
    pub simulator: Simulator,
    /// The caller, by its task token.
    pub callbacks: TaskCallbacks,
}

impl Adapters {
    /// Makes the clients and reads `SIMULATOR_WORKFLOW_ARN`.
    ///
    /// # Errors
    /// [`MissingVariables`] lists what the environment lacks.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [workflow_arn] = environment.required(["SIMULATOR_WORKFLOW_ARN"])?;
        let config = aws::config(environment)?;
        let starting = Client::new(&config);
        Ok(Self {
            simulator: Simulator::new(starting, workflow_arn),
            callbacks: TaskCallbacks::from_config(Builder::from(&config)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(workflow_arn: &'static str) -> Environment {
        Environment::of_lambda([("SIMULATOR_WORKFLOW_ARN", workflow_arn)])
    }

    #[test]
    fn the_workflow_comes_from_the_environment() {
        assert!(Adapters::from_environment(&environment("arn:simulator")).is_ok());
    }

    #[test]
    fn a_missing_workflow_is_named() {
        let missing = Adapters::from_environment(&environment("")).unwrap_err();
        assert_eq!(missing, MissingVariables(vec!["SIMULATOR_WORKFLOW_ARN"]));
    }
}
