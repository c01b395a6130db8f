//! What two requests must have in common to be the same one.

use sha2::{Digest, Sha256};
use transaction::{Message, TransactionId};

/// The lower-case hexadecimal SHA-256 of a transaction, 64 characters.
///
/// It is over the transaction as it was understood and not over the request: the same transaction
/// as a form, as JSON, or with its JSON members in another order is the same content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContentHash(String);

impl ContentHash {
    pub(crate) fn of(id: &TransactionId, message: &Message) -> Self {
        let mut hash = Sha256::new();
        for part in [id.as_str(), message.as_str()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hex::encode(hash.finalize()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(id: &str, message: &str) -> ContentHash {
        ContentHash::of(
            &TransactionId::parse(id).unwrap(),
            &Message::parse(message).unwrap(),
        )
    }

    /// It never changes: a key is kept for 24 hours, over a deployment as well.
    #[test]
    fn hashes_are_the_same_for_ever() {
        assert_eq!(
            hash("12", "a").as_str(),
            "c00676e529c855841234520e59ee076a56b8e00a94386571b5007b87c0280426"
        );
    }

    #[test]
    fn id_and_message_do_not_run_into_each_other() {
        assert_eq!(hash("12", "3"), hash("12", "3"));
        assert_ne!(hash("12", "3"), hash("1", "23"));
        assert_ne!(hash("12", "3"), hash("12", "3 "));
    }
}
