//! What an API token looks like, and its hash, which is all that is ever stored of it.

use sha2::{Digest, Sha256};

/// The longest API token, in characters.
const MAX_CHARACTERS: usize = 1024;

/// Whether a text can be an API token, which has to fit into an HTTP header: 1 to 1,024 visible
/// ASCII characters, so neither white space nor a line end.
#[must_use]
pub fn is_api_token(text: &str) -> bool {
    (1..=MAX_CHARACTERS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The lower-case hexadecimal SHA-256 of an API token, 64 characters.
///
/// A token is opaque: every byte of it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHash(String);

impl TokenHash {
    /// Hashes a token exactly as it is.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(hex::encode(Sha256::digest(token)))
    }

    /// The hash as the table holds it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_visible_ascii_within_its_limits() {
        for token in ["t", "t0k3n~!", &"t".repeat(1024)] {
            assert!(is_api_token(token), "{token:?}");
        }
        for text in ["", "t t", "t\n", "t\u{7f}", "tokén", &"t".repeat(1025)] {
            assert!(!is_api_token(text), "{text:?}");
        }
    }

    #[test]
    fn the_hash_is_sha_256_in_lower_case_hexadecimal() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            TokenHash::of("abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn every_byte_of_a_token_counts() {
        assert_ne!(TokenHash::of("abc"), TokenHash::of("abc\n"));
    }
}
