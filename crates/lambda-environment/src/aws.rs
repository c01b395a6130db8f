//! The configuration that every AWS client is made from.
//!
//! The usual `aws_config::load_defaults` spends some 430 million instructions before its first
//! answer: a key exchange library that gathers CPU jitter, a chain of credential providers, and
//! the system's certificate store. A function in Lambda needs none of them. Here the TLS library
//! is *ring*, the credentials are the ones that Lambda puts into the environment, and the trusted
//! roots are those of Amazon Trust Services, which sign every public AWS endpoint.

use std::time::Duration;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{behavior_version::BehaviorVersion, http::SharedHttpClient};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{SdkConfig, region::Region};

use crate::{Environment, MissingVariables};

/// The roots that sign AWS endpoints: <https://www.amazontrust.com/repository/>.
const AMAZON_TRUST_SERVICES: &[u8] = include_bytes!("amazon-trust-services.pem");

/// One attempt of one call. Shorter than every function's own timeout, so that a silent endpoint
/// is a retry and not the end of an invocation.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;

/// All attempts of one call, with the pauses between them: two seconds less than the shortest
/// timeout of a function, so that a service that is down is a named error.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);

/// Makes the configuration from `AWS_REGION`, the credentials that Lambda sets, and, where it is
/// set, `AWS_ENDPOINT_URL`.
///
/// # Errors
/// [`MissingVariables`] names what the Lambda service would have set.
pub fn config(environment: &Environment) -> Result<SdkConfig, MissingVariables> {
    let [region, access_key_id, secret_access_key] =
        environment.required(["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])?;
    let session_token = environment.optional("AWS_SESSION_TOKEN").map(str::to_owned);
    let credentials = Credentials::new(
        access_key_id,
        secret_access_key,
        session_token,
        None,
        "lambda-environment",
    );
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build(),
        );
    config.set_endpoint_url(environment.optional("AWS_ENDPOINT_URL").map(str::to_owned));
    Ok(config.build())
}

/// The HTTP client under every AWS client, for the rare call that no SDK makes.
///
/// # Panics
/// Never: the embedded certificates are the same in every build, and a test reads them.
#[must_use]
pub fn http_client() -> SharedHttpClient {
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_TRUST_SERVICES);
    let context = TlsContext::builder()
        .with_trust_store(roots)
        .build()
        .expect("the embedded certificates are valid PEM");
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_comes_from_the_variables_that_lambda_sets() {
        let config = config(&Environment::of_lambda([])).unwrap();
        assert_eq!(config.region().unwrap().as_ref(), "eu-central-1");
        assert_eq!(config.endpoint_url(), None);
    }

    #[test]
    fn a_call_ends_with_its_attempts_in_time() {
        let config = config(&Environment::of_lambda([])).unwrap();
        let timeouts = config.timeout_config().unwrap();
        assert_eq!(timeouts.operation_timeout(), Some(OPERATION_TIMEOUT));
        assert_eq!(timeouts.operation_attempt_timeout(), Some(ATTEMPT_TIMEOUT));
    }

    #[test]
    fn an_endpoint_url_reaches_every_client() {
        let environment = Environment::of_lambda([("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")]);
        let config = config(&environment).unwrap();
        assert_eq!(config.endpoint_url(), Some("http://127.0.0.1:4566"));
    }

    #[test]
    fn a_process_outside_lambda_is_told_what_it_lacks() {
        let missing = config(&Environment::default()).unwrap_err();
        assert_eq!(missing.0.len(), 3);
    }

    #[test]
    fn the_embedded_roots_are_read() {
        let _client = http_client();
        let pem = String::from_utf8_lossy(AMAZON_TRUST_SERVICES);
        assert_eq!(pem.matches("BEGIN CERTIFICATE").count(), 5);
    }
}
