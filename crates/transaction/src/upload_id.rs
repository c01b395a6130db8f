//! The id of an uploaded file.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// 1 to 64 of `0-9 A-Z a-z _ -`. That of a file is 32 lower-case hexadecimal characters, the same for
/// the same partner and the same bytes, whatever the file's name; whoever else writes to the queue has
/// ids of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UploadId(String);

/// A text that is no upload id. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("An upload id is 1 to 64 letters and digits of ASCII, underscores and hyphens.")]
pub struct InvalidUploadId;

impl UploadId {
    /// The longest id, in characters.
    pub const MAX_LENGTH: usize = 64;

    /// Half of a SHA-256 in bytes: enough that no two uploads of a partner meet.
    const DERIVED_BYTES: usize = 16;

    /// The first 16 bytes of SHA-256 over the partner's id, a zero byte, and the SHA-256 of the
    /// file. The zero byte, which no partner id holds, keeps the two parts apart.
    #[must_use]
    pub fn derive(partner_id: &str, file_sha256: &[u8; 32]) -> Self {
        let hash = Sha256::new()
            .chain_update(partner_id)
            .chain_update([0])
            .chain_update(file_sha256)
            .finalize();
        Self(hex::encode(&hash[..Self::DERIVED_BYTES]))
    }

    /// Accepts a text that has the form of an upload id.
    ///
    /// # Errors
    /// [`InvalidUploadId`] for any other text.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidUploadId> {
        let text = text.into();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let formed = (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(is_plain);
        if formed {
            Ok(Self(text))
        } else {
            Err(InvalidUploadId)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for UploadId {
    type Error = InvalidUploadId;

    fn try_from(text: String) -> Result<Self, InvalidUploadId> {
        Self::parse(text)
    }
}

impl From<UploadId> for String {
    fn from(id: UploadId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: [u8; 32] = [7; 32];

    #[test]
    fn the_id_is_the_documented_hash() {
        assert_eq!(
            UploadId::derive("acme", &FILE).as_str(),
            "cd03daeaf030e793b08b4f796a8222c9"
        );
    }

    #[test]
    fn partner_and_content_both_count() {
        let id = UploadId::derive("acme", &FILE);
        assert_eq!(id, UploadId::derive("acme", &FILE));
        assert_ne!(id, UploadId::derive("acme2", &FILE));
        assert_ne!(id, UploadId::derive("acme", &[8; 32]));
    }

    #[test]
    fn only_the_form_of_an_id_is_accepted() {
        let derived = UploadId::derive("acme", &FILE);
        let longest = "Z".repeat(64);
        for text in [derived.as_str(), &longest, "7", "Orders_2026-03-01"] {
            assert_eq!(UploadId::parse(text).unwrap().as_str(), text);
        }
        let too_long = "0".repeat(65);
        for text in ["", &too_long, "a b", "a#1", "a/b", "a.b", "é", "a\n"] {
            assert_eq!(UploadId::parse(text), Err(InvalidUploadId), "{text}");
        }
        let json = serde_json::to_string(&derived).unwrap();
        assert_eq!(serde_json::from_str::<UploadId>(&json).unwrap(), derived);
        assert!(serde_json::from_str::<UploadId>(r#""a#1""#).is_err());
    }
}
