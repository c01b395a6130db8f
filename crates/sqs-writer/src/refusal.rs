//! Why a request is not taken, in the words that the partner reads.

use transaction::FieldError;

use crate::idempotency::{IdempotencyKey, InvalidIdempotencyKey};

/// A request that starts nothing. The texts are for the partner: they hold neither what the
/// request said nor anything of the inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("A valid bearer token is required.")]
    Unauthorized,
    #[error("There is a query string and a body; give the transaction in one of them.")]
    BodyAndQuery,
    #[error("There is no transaction, neither in the query string nor in the body.")]
    TransactionMissing,
    #[error(
        "The body must be application/json or application/x-www-form-urlencoded, in UTF-8, and its \
         Content-Type must say so."
    )]
    UnsupportedMediaType,
    #[error("The body is larger than 1 MiB.")]
    BodyTooLarge,
    #[error("The body is not UTF-8 text.")]
    BodyNotText,
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
    /// The HTTP status.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::BodyAndQuery
            | Self::TransactionMissing
            | Self::BodyNotText
            | Self::Key(_)
            | Self::Field(_) => 400,
            Self::Unauthorized => 401,
            Self::KeyReused | Self::KeyInFlight => 409,
            Self::BodyTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::KeysUnavailable | Self::QueueUnavailable => 503,
        }
    }

    /// The error as the partner's program reads it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Unauthorized => "UNAUTHORIZED",
            Self::BodyAndQuery => "BODY_AND_QUERY",
            Self::TransactionMissing => "TRANSACTION_MISSING",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::BodyTooLarge => "REQUEST_TOO_LARGE",
            Self::BodyNotText => "BODY_NOT_TEXT",
            Self::Key(error) => error.code(),
            Self::Field(error) => error.code(),
            Self::KeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::KeyInFlight => "IDEMPOTENCY_KEY_IN_FLIGHT",
            Self::KeysUnavailable => "IDEMPOTENCY_KEYS_UNAVAILABLE",
            Self::QueueUnavailable => "QUEUE_UNAVAILABLE",
        }
    }

    /// The field or header that the error is about.
    pub(crate) fn field(self) -> Option<&'static str> {
        match self {
            Self::Key(_) => Some(IdempotencyKey::HEADER),
            Self::Field(error) => error.field(),
            _ => None,
        }
    }

    /// The header that goes with the status.
    pub(crate) fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            // RFC 9110 §11.6.1 wants a challenge with every 401.
            Self::Unauthorized => Some(("www-authenticate", "Bearer")),
            Self::KeyInFlight | Self::KeysUnavailable | Self::QueueUnavailable => {
                Some(("retry-after", "5"))
            }
            _ => None,
        }
    }
}
