//! What the function is given at its start.

use std::time::Duration;

use aws_sdk_dynamodb::{Client, config::Builder};
use aws_smithy_types::timeout::TimeoutConfig;
use lambda_environment::{Environment, MissingVariables, aws};

use crate::OrdersTable;

/// All attempts of the write together. Shorter than the function's timeout of 10 seconds, so that
/// a silent table is a named error.
const WRITE_TIMEOUT: Duration = Duration::from_secs(8);

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
        let timeout = TimeoutConfig::builder()
            .operation_timeout(WRITE_TIMEOUT)
            .build();
        let config = Builder::from(&aws::config(environment)?).timeout_config(timeout);
        let client = Client::from_conf(config.build());
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
        [
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("ORDERS_TABLE", orders_table),
        ]
        .into_iter()
        .collect()
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
