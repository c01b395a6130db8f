//! What the function is given at its start.

use aws_sdk_dynamodb::Client;
use lambda_environment::{Environment, MissingVariables, aws};
use partner::PartnersTable;

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
        let client = Client::new(&aws::config(environment)?);
        Ok(Self::new(PartnersTable::new(client, partners_table)))
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
