//! One event of each kind, for the tests of this crate.

use partner::PartnerId;
use transaction::{TransactionId, UploadId};

use crate::{
    AccountId, Detail, Event, IdentityReviewRequested, TransactionRejected, UploadCompleted,
    UploadReceived, UploadRejected,
};

const NOW: &str = "2026-03-01T09:30:00Z";

pub(crate) fn all() -> Vec<Event> {
    vec![
        acme(Detail::UploadReceived(UploadReceived {
            upload_id: upload(),
            key: "acme/märz 1.xml".to_owned(),
            size: 5_368_709_120,
            received_at: NOW.to_owned(),
        })),
        acme(Detail::UploadRejected(UploadRejected {
            upload_id: upload(),
            key: "acme/orders.xml".to_owned(),
            code: "NOT_WELL_FORMED".to_owned(),
            line: Some(3),
            column: None,
            rejected_at: NOW.to_owned(),
        })),
        acme(Detail::UploadCompleted(UploadCompleted {
            upload_id: upload(),
            key: "acme/orders.xml".to_owned(),
            accepted: 3,
            stored: 1,
            duplicates: 1,
            rejected: 2,
            completed_at: NOW.to_owned(),
        })),
        rejected(1),
        review_requested(),
    ]
}

pub(crate) fn rejected(ordinal: u64) -> Event {
    acme(Detail::TransactionRejected(TransactionRejected {
        rejection_id: format!("{}#{ordinal}", upload()),
        transaction_id: ordinal
            .is_multiple_of(2)
            .then(|| TransactionId::parse("12").unwrap()),
        code: "ID_MISSING".to_owned(),
        upload_id: Some(upload()),
        ordinal: Some(ordinal),
        rejected_at: NOW.to_owned(),
    }))
}

pub(crate) fn review_requested() -> Event {
    acme(Detail::IdentityReviewRequested(IdentityReviewRequested {
        account_id: AccountId::parse("A-1").unwrap(),
        token_fingerprint: "7f21e2f4fb87890d".to_owned(),
        task_type: "IDENTITY_REVIEW",
        expires_at: "2026-03-02T09:30:00Z".to_owned(),
    }))
}

pub(crate) fn acme(detail: Detail) -> Event {
    Event {
        partner: PartnerId::parse("acme").unwrap(),
        detail,
    }
}

fn upload() -> UploadId {
    UploadId::parse("00112233445566778899aabbccddeeff").unwrap()
}
