//! What the trigger reads from its environment.

use aws_sdk_sfn::Config;
use lambda_environment::{Environment, MissingVariables, aws};

use crate::Workflows;

/// What the trigger reaches.
#[derive(Debug)]
pub struct Adapters {
    /// The state machines that it starts.
    pub workflows: Workflows,
}

impl Adapters {
    /// Makes the client and reads `STANDARD_WORKFLOW_ARN` and `UPLOAD_WORKFLOW_ARN`.
    ///
    /// # Errors
    /// [`MissingVariables`] names all that are absent.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [standard_arn, upload_arn] =
            environment.required(["STANDARD_WORKFLOW_ARN", "UPLOAD_WORKFLOW_ARN"])?;
        let config = Config::from(&aws::config(environment)?);
        Ok(Self {
            workflows: Workflows::new(&config, standard_arn, upload_arn),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trigger_starts_with_its_variables_and_those_of_lambda() {
        let environment = Environment::of_lambda([
            ("STANDARD_WORKFLOW_ARN", "arn:standard"),
            ("UPLOAD_WORKFLOW_ARN", "arn:upload"),
        ]);
        assert!(Adapters::from_environment(&environment).is_ok());
    }

    #[test]
    fn both_missing_variables_are_reported_at_once() {
        let missing = Adapters::from_environment(&Environment::default()).unwrap_err();
        assert_eq!(missing.0, ["STANDARD_WORKFLOW_ARN", "UPLOAD_WORKFLOW_ARN"]);
    }
}
