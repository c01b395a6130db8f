//! How the function refuses and how it fails.

use lambda_failure::Failure;
use lambda_runtime::Diagnostic;

/// API Gateway answers 401 to an error with exactly this message, and 500 to any other:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>.
const UNAUTHORIZED: &str = "Unauthorized";

/// Why no policy is answered.
#[derive(Debug)]
pub enum AuthorizerError {
    /// The caller is nobody that is known: 401.
    Unauthorized(Refusal),
    /// The function could not tell: 500.
    Failed(Failure),
}

/// Why a caller is nobody. Its text is for the log, and the caller never reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The header is not `Bearer`, one space and 1 to 1,024 visible ASCII characters.
    #[error("the Authorization header is malformed")]
    MalformedToken,
    /// No partner has the token.
    #[error("the token is unknown")]
    UnknownToken,
}

impl From<Refusal> for AuthorizerError {
    fn from(refusal: Refusal) -> Self {
        Self::Unauthorized(refusal)
    }
}

impl From<Failure> for AuthorizerError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// A refusal is the function's daily work, and so it is logged as information.
impl From<AuthorizerError> for Diagnostic {
    fn from(error: AuthorizerError) -> Self {
        match error {
            AuthorizerError::Failed(failure) => failure.into(),
            AuthorizerError::Unauthorized(refusal) => {
                tracing::info!(reason = %refusal, "A caller was refused.");
                Self {
                    error_type: UNAUTHORIZED.to_owned(),
                    error_message: UNAUTHORIZED.to_owned(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_a_refusal_is_exactly_what_api_gateway_looks_for() {
        for refusal in [Refusal::MalformedToken, Refusal::UnknownToken] {
            let diagnostic = Diagnostic::from(AuthorizerError::from(refusal));
            assert_eq!(diagnostic.error_message, "Unauthorized");
            assert_eq!(diagnostic.error_type, "Unauthorized");
        }
    }

    #[test]
    fn a_failure_keeps_its_own_name_and_message() {
        let failure = Failure::new("PartnersTableFailed", "The table is silent.");
        let diagnostic = Diagnostic::from(AuthorizerError::from(failure));
        assert_eq!(diagnostic.error_type, "PartnersTableFailed");
        assert_eq!(diagnostic.error_message, "The table is silent.");
    }
}
