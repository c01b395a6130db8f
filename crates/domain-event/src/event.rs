//! One event as the bus takes it.

use partner::PartnerId;
use serde::Serialize;

use crate::{
    IdentityReviewRequested, TransactionRejected, UploadCompleted, UploadReceived, UploadRejected,
};

/// The version of every schema so far.
const VERSION: &str = "1";

const TRANSACTIONS: &str = "b2b.transactions";
const ACCOUNTS: &str = "b2b.accounts";

/// Something that has happened, and whose partner's it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The trading partner whom the event is about.
    pub partner: PartnerId,
    /// What has happened.
    pub detail: Detail,
}

/// What has happened; one variant for each detail type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Detail {
    /// A file has arrived.
    UploadReceived(UploadReceived),
    /// A file is refused as a whole.
    UploadRejected(UploadRejected),
    /// The last transaction of an upload has ended.
    UploadCompleted(UploadCompleted),
    /// A transaction has its rejection record.
    TransactionRejected(TransactionRejected),
    /// A reviewer is to decide about an account.
    IdentityReviewRequested(IdentityReviewRequested),
}

#[derive(Serialize)]
struct DetailJson<'a> {
    version: &'static str,
    event_id: String,
    partner_id: &'a PartnerId,
    #[serde(flatten)]
    detail: &'a Detail,
}

impl Event {
    /// The id for deduplication: the detail type, `#`, and what the event is about. It needs no
    /// chance and no clock, so a repeated publication is known as one.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}#{}", self.detail_type(), self.detail.subject())
    }

    /// The source, by which rules tell domains apart.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match self.detail {
            Detail::UploadReceived(_)
            | Detail::UploadRejected(_)
            | Detail::UploadCompleted(_)
            | Detail::TransactionRejected(_) => TRANSACTIONS,
            Detail::IdentityReviewRequested(_) => ACCOUNTS,
        }
    }

    /// The detail type, which is also the name of the schema.
    #[must_use]
    pub fn detail_type(&self) -> &'static str {
        match self.detail {
            Detail::UploadReceived(_) => "UploadReceived",
            Detail::UploadRejected(_) => "UploadRejected",
            Detail::UploadCompleted(_) => "UploadCompleted",
            Detail::TransactionRejected(_) => "TransactionRejected",
            Detail::IdentityReviewRequested(_) => "IdentityReviewRequested",
        }
    }

    /// The detail as JSON: `{"version","event_id","partner_id", …}`.
    ///
    /// # Panics
    /// Never: strings, numbers and nulls always serialise.
    #[must_use]
    pub fn to_json(&self) -> String {
        let detail = DetailJson {
            version: VERSION,
            event_id: self.id(),
            partner_id: &self.partner,
            detail: &self.detail,
        };
        serde_json::to_string(&detail).expect("strings, numbers and nulls serialise")
    }
}

impl Detail {
    /// What the event is about: one thing, of which each detail type is published once.
    fn subject(&self) -> String {
        match self {
            Self::UploadReceived(upload) => upload.upload_id.to_string(),
            Self::UploadRejected(upload) => upload.upload_id.to_string(),
            Self::UploadCompleted(upload) => upload.upload_id.to_string(),
            Self::TransactionRejected(transaction) => transaction.rejection_id.clone(),
            Self::IdentityReviewRequested(review) => {
                format!("{}#{}", review.account_id, review.token_fingerprint)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Detail;
    use crate::samples;

    #[test]
    fn the_detail_begins_with_version_id_and_partner() {
        let json = samples::review_requested().to_json();
        assert_eq!(
            json,
            concat!(
                r#"{"version":"1","event_id":"IdentityReviewRequested#A-1#7f21e2f4fb87890d","#,
                r#""partner_id":"acme","account_id":"A-1","task_type":"IDENTITY_REVIEW","#,
                r#""expires_at":"2026-03-02T09:30:00Z"}"#
            )
        );
    }

    #[test]
    fn each_review_of_an_account_has_an_id_of_its_own() {
        let first = samples::review_requested();
        let mut second = first.clone();
        let Detail::IdentityReviewRequested(review) = &mut second.detail else {
            panic!("the sample is a review");
        };
        review.token_fingerprint = "00112233445566aa".to_owned();
        assert_ne!(first.id(), second.id());
    }

    #[test]
    fn the_id_is_the_same_for_the_same_event_and_another_for_another() {
        assert_eq!(
            samples::review_requested().id(),
            samples::review_requested().id()
        );
        let ids: std::collections::HashSet<_> =
            samples::all().iter().map(crate::Event::id).collect();
        assert_eq!(ids.len(), samples::all().len());
    }
}
