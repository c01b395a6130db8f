//! What the function is given at its start.

use aws_sdk_dynamodb::Client;
use lambda_environment::{Environment, MissingVariables, aws};
use partner::{InvalidPartnerId, PartnerId};

use crate::OrdersTable;

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    pub(crate) orders: OrdersTable,
    pub(crate) default_partner: PartnerId,
}

/// An environment that the function cannot work in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidConfiguration {
    /// Variables are absent.
    #[error(transparent)]
    Missing(#[from] MissingVariables),
    /// `DEFAULT_PARTNER_ID` is no partner id.
    #[error("DEFAULT_PARTNER_ID is not the id of a partner")]
    DefaultPartner(#[source] InvalidPartnerId),
}

impl Adapters {
    /// The function's resources, from `ORDERS_TABLE` and `DEFAULT_PARTNER_ID`.
    ///
    /// # Errors
    /// [`InvalidConfiguration`].
    pub fn from_environment(environment: &Environment) -> Result<Self, InvalidConfiguration> {
        let [orders_table, default_partner] =
            environment.required(["ORDERS_TABLE", "DEFAULT_PARTNER_ID"])?;
        let default_partner =
            PartnerId::parse(default_partner).map_err(InvalidConfiguration::DefaultPartner)?;
        let client = Client::new(&aws::config(environment)?);
        Ok(Self::new(
            OrdersTable::new(client, orders_table),
            default_partner,
        ))
    }

    /// The function's resources, made elsewhere.
    #[must_use]
    pub fn new(orders: OrdersTable, default_partner: PartnerId) -> Self {
        Self {
            orders,
            default_partner,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(default_partner: &'static str) -> Environment {
        Environment::of_lambda([
            ("ORDERS_TABLE", "orders"),
            ("DEFAULT_PARTNER_ID", default_partner),
        ])
    }

    #[test]
    fn the_table_and_the_first_partner_come_from_the_environment() {
        let adapters = Adapters::from_environment(&environment("acme")).unwrap();
        assert_eq!(adapters.default_partner.as_str(), "acme");
    }

    #[test]
    fn a_missing_variable_and_a_malformed_one_are_named() {
        let missing = Adapters::from_environment(&environment("")).unwrap_err();
        assert_eq!(
            missing,
            InvalidConfiguration::Missing(MissingVariables(vec!["DEFAULT_PARTNER_ID"]))
        );
        let malformed = Adapters::from_environment(&environment("Acme")).unwrap_err();
        assert!(malformed.to_string().starts_with("DEFAULT_PARTNER_ID"));
    }
}
