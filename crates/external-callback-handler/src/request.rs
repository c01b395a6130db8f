//! The event of an API Gateway REST proxy integration, as far as it is in use.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use aws_smithy_types::base64;
use lambda_failure::Failure;
use partner::PartnerId;
use serde::Deserialize;
use serde_json::Value;

use crate::refusal::Refusal;

/// The largest body, decoded: the API's limit.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Every part may be null or absent, as it is in events of the console's Test button.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    #[serde(rename = "requestContext")]
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    authorizer: Option<AuthorizerContext>,
}

#[derive(Deserialize)]
struct AuthorizerContext {
    partner_id: Option<PartnerId>,
}

/// What the event says instead is not repeated: it may hold a token and an outcome.
#[derive(Debug, thiserror::Error)]
#[error("The event is not that of an API Gateway REST proxy integration.")]
struct InvalidEvent;

impl Request {
    pub(crate) fn read(payload: Value) -> Result<Self, Failure> {
        Self::deserialize(payload).map_err(|_| Failure::new("InvalidEvent", InvalidEvent))
    }

    /// The partner that the authorizer let in.
    pub(crate) fn partner(&self) -> Option<PartnerId> {
        self.context.authorizer.as_ref()?.partner_id.clone()
    }

    /// The body's bytes, at most 1 MiB; none are none.
    pub(crate) fn body(&self) -> Result<Vec<u8>, Refusal> {
        let body = self.body.as_deref().unwrap_or_default();
        let body = if self.is_base64_encoded {
            base64::decode(body).map_err(|_| Refusal::NotJson)?
        } else {
            body.as_bytes().to_vec()
        };
        if body.len() > MAX_BODY_BYTES {
            return Err(Refusal::BodyTooLarge);
        }
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(event: Value) -> Result<Vec<u8>, Refusal> {
        Request::read(event).unwrap().body()
    }

    #[test]
    fn an_event_with_nothing_but_a_context_has_no_partner_and_an_empty_body() {
        let request = Request::read(json!({"requestContext": {}, "body": null})).unwrap();
        assert_eq!(request.partner(), None);
        assert_eq!(request.body().unwrap(), b"");
    }

    #[test]
    fn a_body_of_one_mebibyte_is_taken_and_one_byte_more_is_not() {
        let event = |length| json!({"requestContext": {}, "body": "x".repeat(length)});
        assert_eq!(body(event(1_048_576)).unwrap().len(), 1_048_576);
        assert_eq!(body(event(1_048_577)), Err(Refusal::BodyTooLarge));
    }

    #[test]
    fn a_body_in_base64_is_decoded() {
        let event = |text| json!({"requestContext": {}, "isBase64Encoded": true, "body": text});
        assert_eq!(body(event("e30=")).unwrap(), b"{}");
        assert_eq!(body(event("{}")), Err(Refusal::NotJson));
    }

    #[test]
    fn an_event_of_another_kind_is_a_failure_that_quotes_nothing() {
        for event in [
            json!({"body": "SECRET"}),
            json!({"requestContext": "SECRET"}),
            json!({"requestContext": {"authorizer": {"partner_id": "NO PARTNER"}}}),
            Value::Null,
        ] {
            let failure = Request::read(event).err().unwrap();
            assert_eq!(failure.error_type(), "InvalidEvent");
            assert!(!format!("{failure:?}").contains("SECRET"));
        }
    }
}
