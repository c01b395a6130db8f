//! What is wrong with a request at any route.

/// A request that no route takes. The texts are for the partner and never quote the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No authorizer let a partner in, as in the console's Test.
    #[error("A valid bearer token is required.")]
    Unauthorized,
    /// The body exceeds the API's limit.
    #[error("The body is larger than 1 MiB.")]
    BodyTooLarge,
    /// The body's bytes are no text, or may have been none.
    #[error("The body is not UTF-8 text, or holds U+FFFD that is not escaped.")]
    BodyNotText,
}

impl RequestError {
    /// The HTTP status and the code, as API Gateway's own refusals have them where it knows them.
    #[must_use]
    pub fn status_and_code(self) -> (u16, &'static str) {
        match self {
            Self::BodyNotText => (400, "BODY_NOT_TEXT"),
            Self::Unauthorized => (401, "UNAUTHORIZED"),
            Self::BodyTooLarge => (413, "REQUEST_TOO_LARGE"),
        }
    }
}
