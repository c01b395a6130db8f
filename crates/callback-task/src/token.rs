//! A task token of Step Functions, which is a secret.

use std::fmt;

use sha2::{Digest, Sha256};

/// Characters of a task token at most (Step Functions API reference, `SendTaskSuccess`).
const LONGEST: usize = 2048;

/// Whoever holds a task token may answer the task. So this type shows itself in no log line: its
/// Debug is redacted, and it has neither Display nor Serialize.
#[derive(Clone, PartialEq, Eq)]
pub struct TaskToken(String);

/// A text that is no task token. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A task token has 1 to 2,048 characters.")]
pub struct InvalidTaskToken;

impl TaskToken {
    /// Accepts a text of 1 to 2,048 characters.
    ///
    /// # Errors
    /// [`InvalidTaskToken`] for any other text.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidTaskToken> {
        let text = text.into();
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(InvalidTaskToken);
        }
        Ok(Self(text))
    }

    /// The secret itself, for the one call or write that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The lower-case hexadecimal SHA-256 of the token, 64 characters, by which a token can be
    /// recognised and not be used.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.0))
    }
}

impl fmt::Debug for TaskToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TaskToken(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_length_are_kept_and_count_characters() {
        for text in ["x".to_owned(), "ä".repeat(2048)] {
            assert_eq!(TaskToken::parse(text.clone()).unwrap().expose(), text);
        }
        for text in [String::new(), "x".repeat(2049)] {
            assert_eq!(TaskToken::parse(text), Err(InvalidTaskToken));
        }
    }

    #[test]
    fn a_token_does_not_show_itself() {
        let token = TaskToken::parse("SECRET").unwrap();
        assert_eq!(format!("{token:?}"), "TaskToken(redacted)");
    }

    #[test]
    fn a_token_is_recognised_by_its_sha_256() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            TaskToken::parse("abc").unwrap().sha256(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
