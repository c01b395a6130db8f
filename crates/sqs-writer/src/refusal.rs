//! Why a request is not taken, in the words that the partner reads.

use partner_api::{ApiError, RequestError};
use transaction::FieldError;

use crate::idempotency::{IdempotencyKey, InvalidIdempotencyKey};

/// A request that starts nothing. The texts are for the partner: they hold neither what the
/// request said nor anything of the inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("There is a query string and a body; give the transaction in one of them.")]
    BodyAndQuery,
    #[error("There is no transaction, neither in the query string nor in the body.")]
    TransactionMissing,
    #[error(
        "The body must be application/json or application/x-www-form-urlencoded, in UTF-8, and its \
         Content-Type must say so."
    )]
    UnsupportedMediaType,
    #[error(transparent)]
    Key(#[from] InvalidIdempotencyKey),
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error("The same Idempotency-Key came with another transaction within 24 hours.")]
    KeyReused,
    #[error("A request with the same Idempotency-Key is in flight. Please send it again later.")]
    KeyInFlight,
    #[error("The Idempotency-Key could not be checked for now. Please send the request again.")]
    KeysUnavailable,
    #[error("The transaction could not be taken for now. Please send it again.")]
    QueueUnavailable,
}

impl Refusal {
    /// The HTTP status, and the error as the partner's program reads it.
    fn status_and_code(self) -> (u16, &'static str) {
        match self {
            Self::Request(error) => error.status_and_code(),
            Self::BodyAndQuery => (400, "BODY_AND_QUERY"),
            Self::TransactionMissing => (400, "TRANSACTION_MISSING"),
            Self::Key(error) => (400, error.code()),
            Self::Field(error) => (400, error.code()),
            Self::KeyReused => (409, "IDEMPOTENCY_KEY_REUSED"),
            Self::KeyInFlight => (409, "IDEMPOTENCY_KEY_IN_FLIGHT"),
            Self::UnsupportedMediaType => (415, "UNSUPPORTED_MEDIA_TYPE"),
            Self::KeysUnavailable => (503, "IDEMPOTENCY_KEYS_UNAVAILABLE"),
            Self::QueueUnavailable => (503, "QUEUE_UNAVAILABLE"),
        }
    }

    /// The field or header that the error is about.
    fn field(self) -> Option<&'static str> {
        match self {
            Self::Key(_) => Some(IdempotencyKey::HEADER),
            Self::Field(error) => error.field(),
            _ => None,
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = refusal.status_and_code();
        Self {
            status,
            code,
            message: refusal.to_string(),
            field: refusal.field(),
            retry_after: (status == 503 || refusal == Refusal::KeyInFlight).then_some(5),
        }
    }
}
