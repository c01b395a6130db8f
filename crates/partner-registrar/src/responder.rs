//! The way back to CloudFormation: one PUT to the presigned URL of a request.

use std::time::Duration;

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime::client::{
    orchestrator::operation::Operation,
    retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier},
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        behavior_version::BehaviorVersion,
        http::SharedHttpClient,
        orchestrator::{HttpRequest, HttpResponse, OrchestratorError},
        result::SdkError,
    },
};
use aws_smithy_types::{body::SdkBody, retry::RetryConfig, timeout::TimeoutConfig};

use crate::{response::Response, response_url::ResponseUrl};

const ATTEMPTS: u32 = 3;
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1200);
const INITIAL_BACKOFF: Duration = Duration::from_millis(100);

/// All attempts together: what the function's timeout leaves after the calls of the secret and of
/// the table.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Sends answers by the HTTP client that is under every AWS client.
#[derive(Clone, Debug)]
pub struct Responder {
    http_client: SharedHttpClient,
}

/// The answer did not arrive at any attempt.
#[derive(Debug, thiserror::Error)]
#[error("CloudFormation could not be answered")]
pub(crate) struct ResponseNotDelivered(#[source] Box<SdkError<RefusedAnswer, HttpResponse>>);

/// The URL took the request and refused it, as it does once its signature has expired.
#[derive(Debug, thiserror::Error)]
#[error("the ResponseURL answered with the status {status}")]
pub(crate) struct RefusedAnswer {
    status: u16,
}

impl Responder {
    /// A responder over that client.
    #[must_use]
    pub fn new(http_client: SharedHttpClient) -> Self {
        Self { http_client }
    }

    /// Puts the answer where the request said, with retries of what passes.
    pub(crate) async fn answer(
        &self,
        url: &ResponseUrl,
        response: &Response<'_>,
    ) -> Result<(), ResponseNotDelivered> {
        let body = serde_json::to_vec(response).expect("an answer of strings serialises");
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(TIMEOUT)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(INITIAL_BACKOFF);
        Operation::builder()
            .service_name("CloudFormation")
            .operation_name("PutResponse")
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(self.http_client.clone())
            .endpoint_url(&url.endpoint)
            .no_auth()
            .sleep_impl(TokioSleep::new())
            .timeout_config(timeouts)
            .standard_retry(&retries)
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<RefusedAnswer>::new())
            .serializer(|(path_and_query, body)| put(path_and_query, body))
            .deserializer(read)
            .build()
            .invoke((url.path_and_query.clone(), body))
            .await
            .map_err(|error| ResponseNotDelivered(Box::new(error)))
    }
}

/// The URL is signed for an empty content type, and S3 refuses any other.
fn put(path_and_query: String, body: Vec<u8>) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("PUT")?;
    request.set_uri(path_and_query)?;
    request.headers_mut().try_insert("content-type", "")?;
    Ok(request)
}

fn read(response: &HttpResponse) -> Result<(), OrchestratorError<RefusedAnswer>> {
    let status = response.status();
    if status.is_success() {
        Ok(())
    } else {
        Err(OrchestratorError::operation(RefusedAnswer {
            status: status.as_u16(),
        }))
    }
}
