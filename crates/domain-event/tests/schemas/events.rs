//! Every event that the crate can make has the form of its schema.

use domain_event::{
    AccountId, Detail, Event, IdentityReviewRequested, TransactionRejected, UploadCompleted,
    UploadReceived, UploadRejected,
};
use partner::PartnerId;
use proptest::{option, prelude::*};
use transaction::{TransactionId, UploadId};

use crate::catalogue::Schema;

const CODE: &str = "[A-Z][A-Z_]{0,31}";

fn event() -> impl Strategy<Value = Event> {
    let details = prop_oneof![
        upload_received(),
        upload_rejected(),
        upload_completed(),
        transaction_rejected(),
        review_requested(),
    ];
    ("[a-z0-9][a-z0-9-]{2,63}", details).prop_map(|(partner, detail)| Event {
        partner: PartnerId::parse(partner).unwrap(),
        detail,
    })
}

fn upload_received() -> BoxedStrategy<Detail> {
    (upload_id(), key(), any::<u64>(), time())
        .prop_map(|(upload_id, key, size, received_at)| {
            Detail::UploadReceived(UploadReceived {
                upload_id,
                key,
                size,
                received_at,
            })
        })
        .boxed()
}

fn upload_rejected() -> BoxedStrategy<Detail> {
    let place = option::of((1..=u64::MAX, 1..=u64::MAX));
    (upload_id(), key(), CODE, place, time())
        .prop_map(|(upload_id, key, code, place, rejected_at)| {
            Detail::UploadRejected(UploadRejected {
                upload_id,
                key,
                code,
                line: place.map(|(line, _)| line),
                column: place.map(|(_, column)| column),
                rejected_at,
            })
        })
        .boxed()
}

fn upload_completed() -> BoxedStrategy<Detail> {
    (upload_id(), key(), any::<[u64; 4]>(), time())
        .prop_map(|(upload_id, key, counts, completed_at)| {
            let [accepted, stored, duplicates, rejected] = counts;
            Detail::UploadCompleted(UploadCompleted {
                upload_id,
                key,
                accepted,
                stored,
                duplicates,
                rejected,
                completed_at,
            })
        })
        .boxed()
}

fn transaction_rejected() -> BoxedStrategy<Detail> {
    let origin = option::of((upload_id(), 1..=u64::MAX));
    let id = option::of(
        any::<String>().prop_filter_map("is no id", |text| TransactionId::parse(text).ok()),
    );
    ("[a-z0-9#-]{1,80}", id, CODE, origin, time())
        .prop_map(
            |(rejection_id, transaction_id, code, origin, rejected_at)| {
                Detail::TransactionRejected(TransactionRejected {
                    rejection_id,
                    transaction_id,
                    code,
                    upload_id: origin.clone().map(|(upload, _)| upload),
                    ordinal: origin.map(|(_, ordinal)| ordinal),
                    rejected_at,
                })
            },
        )
        .boxed()
}

fn review_requested() -> BoxedStrategy<Detail> {
    ("[!-~]{1,128}", "[0-9a-f]{16}", time())
        .prop_map(|(account_id, token_fingerprint, expires_at)| {
            Detail::IdentityReviewRequested(IdentityReviewRequested {
                account_id: AccountId::parse(account_id).unwrap(),
                token_fingerprint,
                task_type: "IDENTITY_REVIEW",
                expires_at,
            })
        })
        .boxed()
}

fn upload_id() -> impl Strategy<Value = UploadId> {
    "[0-9A-Za-z_-]{1,64}".prop_map(|text| UploadId::parse(text).unwrap())
}

fn key() -> impl Strategy<Value = String> {
    "[a-z0-9-]{3,20}/.{1,200}"
}

fn time() -> impl Strategy<Value = String> {
    "20[0-9]{2}-0[1-9]-[0-2][1-8]T[01][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z"
}

proptest! {
    #[test]
    fn every_event_has_the_form_of_its_schema(event in event()) {
        let detail = serde_json::from_str(&event.to_json()).unwrap();
        Schema::find(event.source(), event.detail_type()).check(&detail);
    }
}
