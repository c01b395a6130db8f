//! The partner's own id of a transaction.

use std::fmt;

use serde::{Deserialize, Serialize};

/// 1 to [`TransactionId::MAX_BYTES`] bytes of UTF-8, without control characters and without white
/// space at either end. Two partners may use the same id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TransactionId(String);

/// A text that is no transaction id. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTransactionId {
    /// There is no text at all.
    #[error("The transaction id is empty.")]
    Empty,
    /// More than [`TransactionId::MAX_BYTES`] bytes.
    #[error("The transaction id is longer than 128 bytes of UTF-8.")]
    TooLong,
    /// A character of Unicode's category Cc, such as a line feed or a tabulator.
    #[error("The transaction id holds a control character.")]
    ControlCharacter,
    /// The first or the last character has Unicode's property `White_Space`.
    #[error("The transaction id begins or ends with white space.")]
    OuterWhiteSpace,
}

impl TransactionId {
    /// The longest id, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 128;

    /// Accepts a text within the limits, unchanged.
    ///
    /// # Errors
    /// [`InvalidTransactionId`] names the first limit that the text breaks.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidTransactionId> {
        let text = text.into();
        if text.is_empty() {
            Err(InvalidTransactionId::Empty)
        } else if text.len() > Self::MAX_BYTES {
            Err(InvalidTransactionId::TooLong)
        } else if text.contains(char::is_control) {
            Err(InvalidTransactionId::ControlCharacter)
        } else if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
            Err(InvalidTransactionId::OuterWhiteSpace)
        } else {
            Ok(Self(text))
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl InvalidTransactionId {
    /// The reason as partners, operators and rejections name it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "ID_EMPTY",
            Self::TooLong => "ID_TOO_LONG",
            Self::ControlCharacter => "ID_CONTROL_CHARACTER",
            Self::OuterWhiteSpace => "ID_OUTER_WHITE_SPACE",
        }
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for TransactionId {
    type Error = InvalidTransactionId;

    fn try_from(text: String) -> Result<Self, InvalidTransactionId> {
        Self::parse(text)
    }
}

impl From<TransactionId> for String {
    fn from(id: TransactionId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_within_the_limits_is_kept_as_it_came() {
        for id in ["1", "A-1/b", "two words", "注文-7", "é", &"x".repeat(128)] {
            assert_eq!(TransactionId::parse(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn every_broken_limit_has_its_name() {
        use InvalidTransactionId::{ControlCharacter, Empty, OuterWhiteSpace, TooLong};
        let long = "x".repeat(129);
        let wide = "é".repeat(65);
        for (text, reason) in [
            ("", Empty),
            (&*long, TooLong),
            (&*wide, TooLong),
            ("a\nb", ControlCharacter),
            ("a\u{7f}b", ControlCharacter),
            ("a\u{85}b", ControlCharacter),
            ("\t", ControlCharacter),
            (" 1", OuterWhiteSpace),
            ("1\u{a0}", OuterWhiteSpace),
            ("\u{3000}1", OuterWhiteSpace),
        ] {
            assert_eq!(TransactionId::parse(text), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn json_holds_a_plain_string_and_is_checked_when_read() {
        let id = TransactionId::parse("12").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""12""#);
        assert_eq!(
            serde_json::from_str::<TransactionId>(r#""12""#).unwrap(),
            id
        );
        let error = serde_json::from_str::<TransactionId>(r#"" 12""#).unwrap_err();
        assert!(error.to_string().contains("white space"), "{error}");
    }

    proptest! {
        #[test]
        fn an_accepted_id_obeys_every_limit(text in ".{0,140}") {
            if let Ok(id) = TransactionId::parse(text.as_str()) {
                prop_assert_eq!(id.as_str(), text.as_str());
                prop_assert!((1..=128).contains(&text.len()));
                prop_assert_eq!(text.trim(), text.as_str());
                prop_assert!(!text.chars().any(char::is_control));
            }
        }
    }
}
