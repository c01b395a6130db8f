//! What the function is given at its start.

use std::time::Duration;

use aws_sdk_dynamodb::{Client, config::Builder};
use aws_smithy_types::timeout::TimeoutConfig;
use lambda_environment::{Environment, MissingVariables, aws};
use partner::PartnersTable;

/// All attempts of the look-up together. Shorter than the function's timeout of 10 seconds, so
/// that a silent table is a named error.
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(8);

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    pub(crate) partners: PartnersTable,
}

impl Adapters {
    /// The function's resources: those that its environment names.
    ///
    /// # Errors
    /// [`MissingVariables`] lists what the environment lacks.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [partners_table] = environment.required(["PARTNERS_TABLE"])?;
        let timeout = TimeoutConfig::builder()
            .operation_timeout(LOOK_UP_TIMEOUT)
            .build();
        let config = Builder::from(&aws::config(environment)?)
            .timeout_config(timeout)
            .build();
        Ok(Self::new(PartnersTable::new(
            Client::from_conf(config),
            partners_table,
        )))
    }

    /// The function's resources, made elsewhere.
    #[must_use]
    pub fn new(partners: PartnersTable) -> Self {
        Self { partners }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lambda() -> Vec<(&'static str, &'static str)> {
        vec![
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ]
    }

    #[test]
    fn the_table_comes_from_the_environment() {
        let mut variables = lambda();
        variables.push(("PARTNERS_TABLE", "partners"));
        assert!(Adapters::from_environment(&variables.into_iter().collect()).is_ok());
    }

    #[test]
    fn a_missing_table_is_named() {
        let error = Adapters::from_environment(&lambda().into_iter().collect()).unwrap_err();
        assert_eq!(error, MissingVariables(vec!["PARTNERS_TABLE"]));
    }
}
