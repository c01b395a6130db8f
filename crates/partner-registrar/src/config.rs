//! What the function is given at its start.

use std::time::Duration;

use aws_smithy_types::timeout::TimeoutConfig;
use lambda_environment::{Environment, MissingVariables, aws};
use partner::PartnersTable;

use crate::{Inboxes, Responder, TokenSecrets};

/// One attempt of a call of the secret, the table or the bucket, and all of its attempts. A request
/// makes seven calls at the most: a Delete writes one row, and lists and deletes versions three times.
/// With the answer's four seconds they stay within the function's timeout of 30 seconds: an answer
/// that is never sent would hold the stack up.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1200);
const CALL_TIMEOUT: Duration = Duration::from_millis(2500);

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    pub(crate) partners: PartnersTable,
    pub(crate) token_secrets: TokenSecrets,
    pub(crate) inboxes: Inboxes,
    pub(crate) responder: Responder,
}

impl Adapters {
    /// The function's resources: those that its environment names.
    ///
    /// # Errors
    /// [`MissingVariables`] lists what the environment lacks.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [partners_table, uploads_bucket] =
            environment.required(["PARTNERS_TABLE", "UPLOADS_BUCKET"])?;
        let config = aws::config(environment)?;
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let dynamodb = aws_sdk_dynamodb::config::Builder::from(&config)
            .timeout_config(timeouts.clone())
            .build();
        let secrets_manager = aws_sdk_secretsmanager::config::Builder::from(&config)
            .timeout_config(timeouts.clone())
            .build();
        // An endpoint of one's own is addressed by path, as it has no subdomain for every bucket.
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .timeout_config(timeouts)
            .force_path_style(config.endpoint_url().is_some())
            .build();
        Ok(Self::new(
            PartnersTable::new(
                aws_sdk_dynamodb::Client::from_conf(dynamodb),
                partners_table,
            ),
            TokenSecrets::new(aws_sdk_secretsmanager::Client::from_conf(secrets_manager)),
            Inboxes::new(aws_sdk_s3::Client::from_conf(s3), uploads_bucket),
            Responder::new(aws::http_client()),
        ))
    }

    /// The function's resources, made elsewhere.
    #[must_use]
    pub fn new(
        partners: PartnersTable,
        token_secrets: TokenSecrets,
        inboxes: Inboxes,
        responder: Responder,
    ) -> Self {
        Self {
            partners,
            token_secrets,
            inboxes,
            responder,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_and_bucket_come_from_the_environment() {
        let own = [
            ("PARTNERS_TABLE", "partners"),
            ("UPLOADS_BUCKET", "uploads"),
        ];
        assert!(Adapters::from_environment(&Environment::of_lambda(own)).is_ok());
    }

    #[test]
    fn a_missing_table_and_bucket_are_named() {
        let error = Adapters::from_environment(&Environment::of_lambda([])).unwrap_err();
        assert_eq!(
            error,
            MissingVariables(vec!["PARTNERS_TABLE", "UPLOADS_BUCKET"])
        );
    }
}
