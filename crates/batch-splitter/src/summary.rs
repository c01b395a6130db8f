//! What an invocation answers.

use partner::PartnerId;
use serde::Serialize;
use transaction::{UploadId, xml::Refusal};

/// One summary, or a list of them where the event told of several objects.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Every EventBridge event, and a notification of one object.
    One(Summary),
    /// A notification of several objects, in its order.
    Several(Vec<Summary>),
}

/// What became of one object: always `{"upload_id","partner_id","accepted","rejected"}`, and beside
/// them `"refused"` or `"ignored"` where nothing of it is taken.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Null if the object was not read.
    pub upload_id: Option<UploadId>,
    /// Whose the object is; null if that is not known.
    pub partner_id: Option<PartnerId>,
    /// How many transactions are on the queue.
    pub accepted: u64,
    /// How many are in the rejections table.
    pub rejected: u64,
    /// Why the upload was refused as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// Why the event tells of no upload, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored: Option<&'static str>,
}

/// Why an upload is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// In capitals, for programs.
    pub code: &'static str,
    /// A sentence for the partner. It quotes nothing of the file but names of XML.
    pub reason: String,
    /// The same for a log, which holds nothing of the file.
    #[serde(skip)]
    pub(crate) logged_reason: String,
    /// Where in the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Where in the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
}

impl Answer {
    pub(crate) fn of(summaries: Vec<Summary>) -> Self {
        match <[Summary; 1]>::try_from(summaries) {
            Ok([only]) => Self::One(only),
            Err(summaries) => Self::Several(summaries),
        }
    }
}

impl Summary {
    pub(crate) fn taken(
        upload_id: UploadId,
        partner_id: PartnerId,
        accepted: u64,
        rejected: u64,
    ) -> Self {
        Self {
            accepted,
            rejected,
            ..Self::nothing(Some(upload_id), Some(partner_id))
        }
    }

    pub(crate) fn refused(
        upload_id: Option<UploadId>,
        partner_id: PartnerId,
        refused: Refused,
    ) -> Self {
        Self {
            refused: Some(refused),
            ..Self::nothing(upload_id, Some(partner_id))
        }
    }

    pub(crate) fn ignored(partner_id: Option<PartnerId>, reason: &'static str) -> Self {
        Self {
            ignored: Some(reason),
            ..Self::nothing(None, partner_id)
        }
    }

    fn nothing(upload_id: Option<UploadId>, partner_id: Option<PartnerId>) -> Self {
        Self {
            upload_id,
            partner_id,
            accepted: 0,
            rejected: 0,
            refused: None,
            ignored: None,
        }
    }
}

impl Refused {
    pub(crate) fn partner_unknown() -> Self {
        Self::unread("PARTNER_UNKNOWN", "No partner of this id is registered.")
    }

    pub(crate) fn partner_disabled() -> Self {
        Self::unread("PARTNER_DISABLED", "The partner is disabled.")
    }

    pub(crate) fn file(refusal: &Refusal) -> Self {
        Self {
            code: refusal.code(),
            reason: refusal.to_string(),
            logged_reason: refusal.without_names(),
            line: Some(refusal.line()),
            column: Some(refusal.column()),
        }
    }

    fn unread(code: &'static str, reason: &str) -> Self {
        Self {
            code,
            reason: reason.to_owned(),
            logged_reason: reason.to_owned(),
            line: None,
            column: None,
        }
    }
}
