//! The name of an execution, which follows from its transaction.

use sha2::{Digest, Sha256};
use transaction_queue::QueuedTransaction;

/// Characters of an execution's name at most (Step Functions, `StartExecution`).
const LONGEST: usize = 80;

/// Bytes of the hash in the name; twice as many hexadecimal digits.
const HASH_BYTES: usize = 8;

/// `<id>-<16 hexadecimal digits>`, of `0-9 A-Z a-z - _` alone, as logging needs it.
///
/// The id is there for people: other characters become `-`, and a long one is cut. The digits are
/// of the SHA-256 over what makes the transaction the same one: partner, id, message, and its
/// place in an upload or else the time of the request. The same bytes uploaded again are the same
/// upload and find the same names; a request sent twice is two requests.
pub(crate) fn execution_name(transaction: &QueuedTransaction) -> String {
    let mut name: String = transaction
        .id
        .as_str()
        .chars()
        .map(|character| if is_plain(character) { character } else { '-' })
        .take(LONGEST - 1 - 2 * HASH_BYTES)
        .collect();
    name.push('-');
    name.push_str(&hex::encode(&fingerprint(transaction)[..HASH_BYTES]));
    name
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

/// Every part stands behind its length, so that no two transactions make the same input.
fn fingerprint(transaction: &QueuedTransaction) -> [u8; 32] {
    let ordinal = transaction.ordinal.unwrap_or_default().to_string();
    let origin = match &transaction.upload_id {
        Some(upload_id) => &[upload_id.as_str(), &ordinal][..],
        None => &[transaction.received_at.as_str()][..],
    };
    let parts = [
        transaction.partner.as_str(),
        transaction.id.as_str(),
        transaction.transaction_message.as_str(),
    ];
    let mut hash = Sha256::new();
    for part in parts.iter().chain(origin) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use partner::PartnerId;
    use proptest::prelude::*;
    use transaction::{Message, TransactionId, UploadId};

    use super::*;

    fn transaction(id: &str) -> QueuedTransaction {
        QueuedTransaction {
            id: TransactionId::parse(id).unwrap(),
            transaction_message: Message::parse("Transaction made between user 57 and user 732.")
                .unwrap(),
            partner: PartnerId::parse("acme").unwrap(),
            upload_id: Some(UploadId::parse("00112233445566778899aabbccddeeff").unwrap()),
            ordinal: Some(1),
            received_at: "2026-03-01T09:30:00Z".to_owned(),
        }
    }

    fn request(id: &str) -> QueuedTransaction {
        QueuedTransaction {
            upload_id: None,
            ordinal: None,
            ..transaction(id)
        }
    }

    /// These never change: a message that was queued before a deployment is repeated after it.
    #[test]
    fn names_are_the_same_for_ever() {
        assert_eq!(execution_name(&transaction("1")), "1-2f2fca345f84ea50");
        assert_eq!(execution_name(&request("1")), "1-f691489f409c47e6");
    }

    #[test]
    fn an_id_is_made_plain_and_cut() {
        let name = execution_name(&transaction("PO 2026/03:é#7"));
        assert!(name.starts_with("PO-2026-03---7-"), "{name}");
        let name = execution_name(&transaction(&"x".repeat(128)));
        assert_eq!(name.len(), 80);
        assert!(name.starts_with(&format!("{}-", "x".repeat(63))));
    }

    #[test]
    fn everything_that_makes_a_transaction_another_one_makes_another_name() {
        let other_message = Message::parse("Another message.").unwrap();
        let other_upload = UploadId::parse("ffeeddccbbaa99887766554433221100").unwrap();
        let mut names: Vec<_> = [
            transaction("1"),
            transaction("2"),
            QueuedTransaction {
                transaction_message: other_message,
                ..transaction("1")
            },
            QueuedTransaction {
                partner: PartnerId::parse("globex").unwrap(),
                ..transaction("1")
            },
            QueuedTransaction {
                ordinal: Some(2),
                ..transaction("1")
            },
            QueuedTransaction {
                upload_id: Some(other_upload),
                ..transaction("1")
            },
            request("1"),
            QueuedTransaction {
                received_at: "2026-03-01T09:30:01Z".to_owned(),
                ..request("1")
            },
        ]
        .iter()
        .map(execution_name)
        .collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 8);
    }

    #[test]
    fn ids_that_look_alike_when_plain_have_names_of_their_own() {
        assert_ne!(
            execution_name(&transaction("a b")),
            execution_name(&transaction("a/b"))
        );
    }

    #[test]
    fn an_upload_that_arrives_again_has_the_same_names() {
        let again = QueuedTransaction {
            received_at: "2026-03-02T00:00:00Z".to_owned(),
            ..transaction("1")
        };
        assert_eq!(execution_name(&again), execution_name(&transaction("1")));
    }

    proptest! {
        #[test]
        fn every_name_is_one_that_step_functions_takes(id in "\\PC{1,40}") {
            prop_assume!(TransactionId::parse(id.clone()).is_ok());
            let name = execution_name(&transaction(&id));
            prop_assert!(name.len() <= LONGEST && name.chars().all(is_plain), "{name}");
        }
    }
}
