//! The key that a partner gives to a request.

/// 1 to [`IdempotencyKey::MAX_BYTES`] visible ASCII characters, `!` to `~`. Two partners may use
/// the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdempotencyKey(String);

/// A header that holds no key. Its text is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidIdempotencyKey {
    #[error("The header Idempotency-Key is given more than once.")]
    Repeated,
    #[error("The header Idempotency-Key must hold 1 to 255 visible ASCII characters.")]
    Malformed,
}

impl IdempotencyKey {
    /// The header's name, which compares in any case.
    pub(crate) const HEADER: &str = "Idempotency-Key";

    /// The longest key. `DynamoDB` takes 1,024 bytes as a sort key.
    const MAX_BYTES: usize = 255;

    /// Reads all values of the header in one request; without one there is no key.
    pub(crate) fn read(values: &[&str]) -> Result<Option<Self>, InvalidIdempotencyKey> {
        match values {
            [] => Ok(None),
            [value] => Self::parse(value).map(Some),
            _ => Err(InvalidIdempotencyKey::Repeated),
        }
    }

    fn parse(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_visible && (1..=Self::MAX_BYTES).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidIdempotencyKey::Malformed)
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl InvalidIdempotencyKey {
    /// The error as the partner's program reads it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Repeated => "IDEMPOTENCY_KEY_REPEATED",
            Self::Malformed => "IDEMPOTENCY_KEY_INVALID",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_ascii_is_kept_as_it_came() {
        for text in ["!", "~", "\"8e03978e-40d5\"", "a,b", &"x".repeat(255)] {
            let key = IdempotencyKey::read(&[text]).unwrap().unwrap();
            assert_eq!(key.as_str(), text);
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in ["", " ", "a b", " a", "a\t", "\u{7f}", "é", &"x".repeat(256)] {
            assert_eq!(
                IdempotencyKey::read(&[text]),
                Err(InvalidIdempotencyKey::Malformed),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_request_has_one_key_or_none() {
        assert_eq!(IdempotencyKey::read(&[]), Ok(None));
        assert_eq!(
            IdempotencyKey::read(&["a", "a"]),
            Err(InvalidIdempotencyKey::Repeated)
        );
    }
}
