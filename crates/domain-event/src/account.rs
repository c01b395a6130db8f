//! What the crate knows of accounts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// 1 to 128 visible ASCII characters, chosen by whoever asks for the account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// A text that is no account id. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("An account id is 1 to 128 visible ASCII characters.")]
pub struct InvalidAccountId;

impl AccountId {
    const MAX_CHARACTERS: usize = 128;

    /// Accepts a text that has the form of an account id.
    ///
    /// # Errors
    /// [`InvalidAccountId`] for any other text.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidAccountId> {
        let text = text.into();
        let formed = (1..=Self::MAX_CHARACTERS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if formed {
            Ok(Self(text))
        } else {
            Err(InvalidAccountId)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: String) -> Result<Self, InvalidAccountId> {
        Self::parse(text)
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

/// A reviewer is to decide about an account. What the reviewer sees of the applicant comes from
/// the accounts system, never from this event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdentityReviewRequested {
    /// The account, which is also the `order_id` of the answer.
    pub account_id: AccountId,
    /// The beginning of the SHA-256 of the review's task token, in hexadecimal. It tells one review
    /// of an account from the next, and stands in the event's id alone. It may be published: a
    /// token has hundreds of random bits, so that 64 bits of its hash give nobody a token.
    #[serde(skip)]
    pub token_fingerprint: String,
    /// The `task_type` of the answer, `IDENTITY_REVIEW`.
    pub task_type: &'static str,
    /// Until when an answer is taken, RFC 3339 in UTC.
    pub expires_at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_length_and_alphabet_are_kept() {
        for id in ["1", "A-1", "a/b:c#d", &"a".repeat(128)] {
            assert_eq!(AccountId::parse(id).unwrap().as_str(), id);
        }
        for text in ["", " ", "A 1", "A-1\n", "é", "a\u{7f}", &"a".repeat(129)] {
            assert_eq!(AccountId::parse(text), Err(InvalidAccountId), "{text:?}");
        }
    }

    #[test]
    fn json_holds_a_plain_string_and_is_checked_when_read() {
        let id = AccountId::parse("A-1").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""A-1""#);
        assert_eq!(serde_json::from_str::<AccountId>(r#""A-1""#).unwrap(), id);
        assert!(serde_json::from_str::<AccountId>(r#""A 1""#).is_err());
    }
}
