//! The id of a trading partner.

use std::fmt;

use serde::{Deserialize, Serialize};

/// 3 to 64 of `a-z`, `0-9` and `-`, beginning with a letter or digit.
///
/// Every such id is a valid AWS Transfer Family user name and needs no escaping in an object key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartnerId(String);

/// A text that is no partner id. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A partner id is 3 to 64 of a-z, 0-9 and -, beginning with a letter or digit.")]
pub struct InvalidPartnerId;

impl PartnerId {
    /// Accepts a text that has the form of a partner id.
    ///
    /// # Errors
    /// [`InvalidPartnerId`] for any other text.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidPartnerId> {
        let text = text.into();
        let formed = (3..=64).contains(&text.len())
            && !text.starts_with('-')
            && text
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if formed {
            Ok(Self(text))
        } else {
            Err(InvalidPartnerId)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartnerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for PartnerId {
    type Error = InvalidPartnerId;

    fn try_from(text: String) -> Result<Self, InvalidPartnerId> {
        Self::parse(text)
    }
}

impl From<PartnerId> for String {
    fn from(id: PartnerId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_limits_of_length_and_alphabet_are_kept() {
        for id in ["abc", "0-9", "acme", &"a".repeat(64)] {
            assert_eq!(PartnerId::parse(id).unwrap().as_str(), id);
        }
        for text in [
            "",
            "ab",
            "-ab",
            "Acme",
            "ac me",
            "ac/me",
            "ac_me",
            "äöü",
            "abc\n",
            &"a".repeat(65),
        ] {
            assert_eq!(PartnerId::parse(text), Err(InvalidPartnerId), "{text:?}");
        }
    }

    #[test]
    fn json_holds_a_plain_string_and_is_checked_when_read() {
        let id = PartnerId::parse("acme").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""acme""#);
        assert_eq!(serde_json::from_str::<PartnerId>(r#""acme""#).unwrap(), id);
        let error = serde_json::from_str::<PartnerId>(r#""Acme""#).unwrap_err();
        assert!(error.to_string().starts_with("A partner id is 3 to 64"));
    }

    proptest! {
        #[test]
        fn an_accepted_id_is_kept_as_it_came(id in "[a-z0-9][a-z0-9-]{2,63}") {
            let parsed = PartnerId::parse(id.as_str()).unwrap();
            prop_assert_eq!(parsed.to_string(), id);
        }
    }
}
