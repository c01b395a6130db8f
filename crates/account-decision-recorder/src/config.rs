//! What the function is given at its start.

use aws_sdk_dynamodb::Client;
use lambda_environment::{Environment, MissingVariables, aws};

use crate::AccountsTable;

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    pub(crate) accounts: AccountsTable,
}

impl Adapters {
    /// The function's resources: those that its environment names.
    ///
    /// # Errors
    /// [`MissingVariables`] lists what the environment lacks.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [accounts_table] = environment.required(["ACCOUNTS_TABLE"])?;
        let client = Client::new(&aws::config(environment)?);
        Ok(Self::new(AccountsTable::new(client, accounts_table)))
    }

    /// The function's resources, made elsewhere.
    #[must_use]
    pub fn new(accounts: AccountsTable) -> Self {
        Self { accounts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_comes_from_the_environment() {
        let environment = Environment::of_lambda([("ACCOUNTS_TABLE", "accounts")]);
        assert!(Adapters::from_environment(&environment).is_ok());
    }

    #[test]
    fn a_missing_table_is_named() {
        let error = Adapters::from_environment(&Environment::of_lambda([])).unwrap_err();
        assert_eq!(error, MissingVariables(vec!["ACCOUNTS_TABLE"]));
    }
}
