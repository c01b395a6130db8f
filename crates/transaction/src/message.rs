//! What a partner says about a transaction.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that is not empty and whose JSON form fits into a workflow's input.
///
/// The text is kept as it came, outer white space included; cleaning is a step of the workflow.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Message(String);

/// A text that is no message. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessage {
    /// There is no text at all.
    #[error("The transaction's message is empty.")]
    Empty,
    /// The JSON form exceeds [`Message::MAX_JSON_BYTES`].
    #[error("The transaction's message is larger than 200 KiB in its JSON form.")]
    TooLarge,
}

impl Message {
    /// The largest message in bytes of its JSON form: as `serde_json` escapes it, without the quotes.
    ///
    /// AWS Step Functions takes 262,144 bytes of input, and the message is not alone in it.
    pub const MAX_JSON_BYTES: usize = 204_800;

    /// Accepts a text within the limits, unchanged.
    ///
    /// # Errors
    /// [`InvalidMessage`] names the limit that the text breaks.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidMessage> {
        let text = text.into();
        if text.is_empty() {
            Err(InvalidMessage::Empty)
        } else if Self::is_too_large(&text) {
            Err(InvalidMessage::TooLarge)
        } else {
            Ok(Self(text))
        }
    }

    /// Most messages are so short, or so long, that their bytes need not be looked at: a byte
    /// becomes at least one and at most six bytes of JSON.
    fn is_too_large(text: &str) -> bool {
        const LONGEST_ESCAPE: usize = "\\u0000".len();
        text.len() > Self::MAX_JSON_BYTES
            || (text.len() > Self::MAX_JSON_BYTES / LONGEST_ESCAPE
                && text.bytes().map(json_bytes).sum::<usize>() > Self::MAX_JSON_BYTES)
    }

    /// The message as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The message as owned text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The length of a byte in a JSON string as `serde_json` writes it.
fn json_bytes(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0x00..=0x1f => 6,
        _ => 1,
    }
}

impl InvalidMessage {
    /// The reason as partners, operators and rejections name it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "MESSAGE_EMPTY",
            Self::TooLarge => "MESSAGE_TOO_LARGE",
        }
    }
}

/// A message is a partner's business. Its length alone may stand in a log.
impl fmt::Debug for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Message({} bytes)", self.0.len())
    }
}

impl TryFrom<String> for Message {
    type Error = InvalidMessage;

    fn try_from(text: String) -> Result<Self, InvalidMessage> {
        Self::parse(text)
    }
}

impl From<Message> for String {
    fn from(message: Message) -> Self {
        message.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_is_kept_as_it_came() {
        for text in [" ", " padded\n", "注文", "\u{0}"] {
            assert_eq!(Message::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(Message::parse(""), Err(InvalidMessage::Empty));
    }

    #[test]
    fn the_limit_counts_bytes_of_json() {
        let limit = Message::MAX_JSON_BYTES;
        for (unit, json_bytes) in [("x", 1), ("\"", 2), ("\n", 2), ("\u{1}", 6), ("é", 2)] {
            let fits = unit.repeat(limit / json_bytes);
            assert!(Message::parse(fits.as_str()).is_ok(), "{unit:?}");
            assert_eq!(
                Message::parse(fits + "xxxxxx"),
                Err(InvalidMessage::TooLarge),
                "{unit:?}"
            );
        }
    }

    #[test]
    fn json_holds_a_plain_string_and_is_checked_when_read() {
        let message = Message::parse("a \"b\"").unwrap();
        assert_eq!(serde_json::to_string(&message).unwrap(), r#""a \"b\"""#);
        let error = serde_json::from_str::<Message>(r#""""#).unwrap_err();
        assert!(error.to_string().contains("empty"), "{error}");
    }

    #[test]
    fn debugging_does_not_show_the_content() {
        let message = Message::parse("SECRET").unwrap();
        assert_eq!(format!("{message:?}"), "Message(6 bytes)");
    }

    proptest! {
        #[test]
        fn the_counted_length_is_that_of_serde_json(text in any::<String>()) {
            let counted: usize = text.bytes().map(json_bytes).sum();
            prop_assert_eq!(counted + 2, serde_json::to_string(&text).unwrap().len());
        }
    }
}
