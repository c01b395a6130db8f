//! Transactions for the tests of this crate.

use partner::PartnerId;
use transaction::{Message, TransactionId, UploadId};

use crate::QueuedTransaction;

pub(crate) fn from_upload(ordinal: u64) -> QueuedTransaction {
    QueuedTransaction {
        upload_id: Some(UploadId::parse("00112233445566778899aabbccddeeff").unwrap()),
        ordinal: Some(ordinal),
        ..from_request(&ordinal.to_string())
    }
}

pub(crate) fn from_request(id: &str) -> QueuedTransaction {
    QueuedTransaction {
        id: TransactionId::parse(id).unwrap(),
        transaction_message: Message::parse("Transaction made between user 57 and user 732.")
            .unwrap(),
        partner: PartnerId::parse("acme").unwrap(),
        upload_id: None,
        ordinal: None,
        received_at: "2026-03-01T09:30:00Z".to_owned(),
    }
}
