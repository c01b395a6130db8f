//! Arbitrary transactions, written as a file in an arbitrary encoding and spelling. They are read
//! back to the letter, or rejected for the limit that they break.

#![no_main]

mod batch;
mod encoding;
mod markup;
mod writing;

use batch::Batch;
use libfuzzer_sys::fuzz_target;
use transaction::{Message, TransactionId, xml::TransactionReader};

fuzz_target!(|batch: Batch| {
    let (file, written) = writing::write(&batch);
    let mut entries = TransactionReader::new(&file[..]);
    for (transaction, ordinal) in written.iter().zip(1..) {
        let entry = entries.next().expect("the reader ends early");
        let entry = entry.expect("the file is refused");
        assert_eq!(entry.ordinal, ordinal);
        match (entry.outcome, broken_limit(transaction)) {
            (Ok(read), None) => {
                assert_eq!(read.id.as_str(), transaction.id);
                // Compared apart from `assert_eq`, which would print both of them.
                assert!(read.message.as_str() == transaction.message);
            }
            (Err(rejected), Some(code)) => assert_eq!(rejected.reason.code(), code),
            (outcome, code) => panic!("{outcome:?} instead of {code:?}"),
        }
    }
    assert!(entries.next().is_none(), "the reader finds too much");
});

/// The code of the first limit that the transaction breaks, in the order of the file.
fn broken_limit(transaction: &writing::Written) -> Option<&'static str> {
    let id = TransactionId::parse(&*transaction.id);
    let message = Message::parse(&*transaction.message);
    match (id, message) {
        (Err(invalid), _) => Some(invalid.code()),
        (Ok(_), Err(_)) if transaction.message.is_empty() => Some("NOTES_EMPTY"),
        (Ok(_), Err(invalid)) => Some(invalid.code()),
        (Ok(_), Ok(_)) => None,
    }
}
