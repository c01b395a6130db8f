//! The secrets that hold partners' API tokens.

use aws_sdk_secretsmanager::{
    Client, error::SdkError, operation::get_secret_value::GetSecretValueError,
};
use partner::{TokenHash, is_api_token};

/// Secrets Manager, as far as API tokens go. No token leaves this type, only its hash.
#[derive(Clone, Debug)]
pub struct TokenSecrets {
    client: Client,
}

/// The token could not be had. No text holds any of the secret's value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenSecretError {
    #[error("the secret could not be read")]
    Read(#[source] Box<SdkError<GetSecretValueError>>),
    #[error("the secret's value must be an API token: 1 to 1,024 visible ASCII characters")]
    NoToken,
}

impl TokenSecrets {
    /// The secrets that `client` reaches.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The hash of the secret's value as it stands. CloudFormation does not resolve secure dynamic
    /// references in custom resources, and so the function reads the value itself.
    pub(crate) async fn hash(&self, arn: &str) -> Result<TokenHash, TokenSecretError> {
        let output = self
            .client
            .get_secret_value()
            .secret_id(arn)
            .send()
            .await
            .map_err(|error| TokenSecretError::Read(Box::new(error)))?;
        output
            .secret_string()
            .filter(|token| is_api_token(token))
            .map(TokenHash::of)
            .ok_or(TokenSecretError::NoToken)
    }
}
