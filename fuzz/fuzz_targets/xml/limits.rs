//! What holds of every entry, whatever the file.

use transaction::{Message, Transaction, TransactionId, xml::Rejected};

use crate::reading::{End, Reading};

/// Checks a reading of a file of so many bytes.
pub fn assert_kept(reading: &Reading, file_bytes: usize) {
    let last_line = u64::try_from(file_bytes).unwrap() + 1;
    let mut line = 1;
    for (entry, ordinal) in reading.entries.iter().zip(1..) {
        assert_eq!(entry.ordinal, ordinal);
        assert!((line..=last_line).contains(&entry.line), "{entry:?}");
        line = entry.line;
        match &entry.outcome {
            Ok(transaction) => assert_accepted(transaction),
            Err(rejected) => assert_rejected(rejected),
        }
    }
    if let End::Refused { line: refused, .. } = reading.end {
        assert!((line..=last_line).contains(&refused), "{reading:?}");
    }
}

fn assert_accepted(transaction: &Transaction) {
    let (id, message) = (transaction.id.as_str(), transaction.message.as_str());
    assert_eq!(TransactionId::parse(id).as_ref(), Ok(&transaction.id));
    assert_eq!(Message::parse(message).as_ref(), Ok(&transaction.message));
    let json = serde_json::to_string(message).unwrap();
    assert!(json.len() - "\"\"".len() <= Message::MAX_JSON_BYTES);
}

fn assert_rejected(rejected: &Rejected) {
    let is_upper_case = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    assert!(rejected.reason.code().bytes().all(is_upper_case));
    assert!(!rejected.reason.to_string().is_empty());
    let id_bytes = rejected.id.as_ref().map(String::len);
    assert!(id_bytes.is_none_or(|bytes| (1..=TransactionId::MAX_BYTES).contains(&bytes)));
}
