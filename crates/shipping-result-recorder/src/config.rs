//! What the function is given at its start.

use aws_sdk_dynamodb::Client;
use lambda_environment::{Environment, MissingVariables, aws};

use crate::OrdersTable;

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    pub(crate) orders: OrdersTable,
}

impl Adapters {
    /// The function's resources, from `ORDERS_TABLE`.
    ///
    /// # Errors
    /// [`MissingVariables`] lists what the environment lacks.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [orders_table] = environment.required(["ORDERS_TABLE"])?;
        let client = Client::new(&aws::config(environment)?);
        Ok(Self::new(OrdersTable::new(client, orders_table)))
    }

    /// The function's resources, made elsewhere.
    #[must_use]
    pub fn new(orders: OrdersTable) -> Self {
        Self { orders }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(orders_table: &'static str) -> Environment {
        Environment::of_lambda([("ORDERS_TABLE", orders_table)])
    }

    #[test]
    fn the_table_comes_from_the_environment() {
        assert!(Adapters::from_environment(&environment("orders")).is_ok());
    }

    #[test]
    fn a_missing_table_is_named() {
        let missing = Adapters::from_environment(&environment("")).unwrap_err();
        assert_eq!(missing, MissingVariables(vec!["ORDERS_TABLE"]));
    }
}
