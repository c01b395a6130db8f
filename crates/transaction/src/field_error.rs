//! What is wrong with a request that should hold one transaction.

use crate::{InvalidMessage, InvalidTransactionId};

/// One of the two fields of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `transactionId`
    TransactionId,
    /// `transactionMessage`
    TransactionMessage,
}

/// A request that holds no transaction. Its text is fit for the partner and never quotes content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The text is not JSON.
    #[error("The body is not valid JSON.")]
    NotJson,
    /// The text is JSON, but no object.
    #[error("The body is not a JSON object.")]
    NotAnObject,
    /// A field that the request must have.
    #[error("The field {} is missing.", .0.name())]
    Missing(Field),
    /// A field that stands twice, even with the same value.
    #[error("The field {} is given more than once.", .0.name())]
    Repeated(Field),
    /// A number where text should be, a fraction where a whole number should be, and the like.
    #[error("The field {} is not {}.", .0.name(), .0.json_type())]
    WrongType(Field),
    /// Bytes or escapes that stand for no Unicode text, or the character that replaces such bytes.
    #[error(
        "The field {} is not Unicode text: it holds bytes that are not UTF-8, an escape of no \
         character, or U+FFFD that is not escaped.", .0.name()
    )]
    NotUnicode(Field),
    /// The id breaks a limit.
    #[error(transparent)]
    Id(#[from] InvalidTransactionId),
    /// The message breaks a limit.
    #[error(transparent)]
    Message(#[from] InvalidMessage),
}

impl Field {
    /// The field of a name, as requests spell it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::TransactionId, Self::TransactionMessage]
            .into_iter()
            .find(|field| field.name() == name)
    }

    /// The field's name, as requests spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TransactionId => "transactionId",
            Self::TransactionMessage => "transactionMessage",
        }
    }

    fn json_type(self) -> &'static str {
        match self {
            Self::TransactionId => "a string or an integer",
            Self::TransactionMessage => "a string",
        }
    }
}

impl FieldError {
    /// The error as the partner's program reads it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotJson => "NOT_JSON",
            Self::NotAnObject => "NOT_AN_OBJECT",
            Self::Missing(_) => "FIELD_MISSING",
            Self::Repeated(_) => "FIELD_REPEATED",
            Self::WrongType(_) => "FIELD_WRONG_TYPE",
            Self::NotUnicode(_) => "FIELD_NOT_UNICODE",
            Self::Id(invalid) => invalid.code(),
            Self::Message(invalid) => invalid.code(),
        }
    }

    /// The field that the error is about, if it is about one of the two.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::NotJson | Self::NotAnObject => None,
            Self::Missing(field)
            | Self::Repeated(field)
            | Self::WrongType(field)
            | Self::NotUnicode(field) => Some(field.name()),
            Self::Id(_) => Some(Field::TransactionId.name()),
            Self::Message(_) => Some(Field::TransactionMessage.name()),
        }
    }
}
