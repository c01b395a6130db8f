//! Arbitrary text as a queue message, and as the content of one. What is read or written comes back
//! unchanged from its own JSON, in which every character is one that Amazon SQS accepts.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use partner::PartnerId;
use transaction::{Message, TransactionId, UploadId};
use transaction_queue::QueuedTransaction;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else {
        return Corpus::Reject;
    };
    match QueuedTransaction::from_json(text) {
        Ok(queued) => assert_passes_the_queue(&queued),
        // The place and one of three problems, never the content.
        Err(error) => assert!(error.to_string().len() < 160),
    }
    if let Some(queued) = transaction_of(text) {
        assert_passes_the_queue(&queued);
    }
    Corpus::Keep
});

/// A transaction with the text as its message, and with the text's first line as its id.
fn transaction_of(text: &str) -> Option<QueuedTransaction> {
    let id = text.lines().next()?;
    let sha256 = [u8::try_from(text.len() % 256).ok()?; 32];
    Some(QueuedTransaction {
        id: TransactionId::parse(id)
            .or(TransactionId::parse("1"))
            .ok()?,
        transaction_message: Message::parse(text).ok()?,
        partner: PartnerId::parse("acme").ok()?,
        upload_id: Some(UploadId::derive("acme", &sha256)),
        ordinal: u64::try_from(text.len()).ok(),
        received_at: "2026-03-01T09:30:00Z".to_owned(),
    })
}

fn assert_passes_the_queue(queued: &QueuedTransaction) {
    let json = queued.to_json();
    assert!(json.chars().all(sqs_accepts), "{json:?}");
    assert_eq!(QueuedTransaction::from_json(&json).as_ref(), Ok(queued));
}

/// The characters that Amazon SQS lists with `SendMessage`.
fn sqs_accepts(character: char) -> bool {
    matches!(character, '\u{9}' | '\u{a}' | '\u{d}' | '\u{20}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}
