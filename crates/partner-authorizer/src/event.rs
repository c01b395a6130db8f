//! The event of a Lambda authorizer of the type TOKEN.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html>

use lambda_failure::Failure;
use serde::Deserialize;
use serde_json::Value;

/// What API Gateway says of the request that it holds back.
#[derive(Deserialize)]
#[serde(tag = "type")]
pub(crate) enum AuthorizerEvent {
    #[serde(rename = "TOKEN", rename_all = "camelCase")]
    Token {
        #[serde(default)]
        authorization_token: String,
        method_arn: String,
    },
}

/// The event is none of a TOKEN authorizer. What the event says instead is not repeated: it may
/// hold a token.
#[derive(Debug, thiserror::Error)]
enum InvalidEvent {
    #[error("The event is not that of a TOKEN authorizer.")]
    NotToken,
    #[error("The event's methodArn does not name an API and its stage.")]
    MethodArn,
}

impl AuthorizerEvent {
    pub(crate) fn read(payload: Value) -> Result<Self, Failure> {
        Self::deserialize(payload).map_err(|_| InvalidEvent::NotToken.into())
    }

    /// The value of the Authorization header.
    pub(crate) fn authorization(&self) -> &str {
        let Self::Token {
            authorization_token,
            ..
        } = self;
        authorization_token
    }

    /// Every method of the request's stage: `arn:…:execute-api:region:account:api/stage/*`.
    pub(crate) fn stage_arn(&self) -> Result<String, Failure> {
        let Self::Token { method_arn, .. } = self;
        let mut parts = method_arn.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(api), Some(stage), Some(_))
                if api.starts_with("arn:")
                    && api.contains(":execute-api:")
                    && !stage.is_empty() =>
            {
                Ok(format!("{api}/{stage}/*"))
            }
            _ => Err(InvalidEvent::MethodArn.into()),
        }
    }
}

impl From<InvalidEvent> for Failure {
    fn from(error: InvalidEvent) -> Self {
        Self::new("InvalidEvent", error)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(method_arn: &str) -> AuthorizerEvent {
        let event = json!({"type": "TOKEN", "authorizationToken": "x", "methodArn": method_arn});
        AuthorizerEvent::read(event).unwrap()
    }

    #[test]
    fn the_stage_is_cut_out_of_the_methods_name() {
        for (method, stage) in [
            (
                "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/v1/POST/transactions",
                "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/v1/*",
            ),
            (
                "arn:aws-cn:execute-api:cn-north-1:123456789012:a1b2c3/v1/GET/",
                "arn:aws-cn:execute-api:cn-north-1:123456789012:a1b2c3/v1/*",
            ),
        ] {
            assert_eq!(event(method).stage_arn().unwrap(), stage);
        }
    }

    #[test]
    fn another_name_is_no_method() {
        for method in [
            "",
            "*",
            "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3",
            "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3//POST",
            "arn:aws:s3:::bucket/v1/POST",
            "a1b2c3:execute-api:/v1/POST",
        ] {
            let failure = event(method).stage_arn().unwrap_err();
            assert_eq!(failure.error_type(), "InvalidEvent", "{method}");
        }
    }
}
