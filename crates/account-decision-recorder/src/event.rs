//! A decision as Amazon EventBridge delivers it.

use domain_event::AccountId;
use partner::PartnerId;
use serde::Deserialize;
use serde_json::Value;

use crate::InvalidEvent;

/// What was decided about which account, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionEvent {
    /// The account.
    pub account_id: AccountId,
    /// Whose account it is.
    pub partner: PartnerId,
    /// The decision.
    pub decision: Decision,
    /// When the event was published, RFC 3339 in UTC.
    pub decided_at: String,
}

/// A decision about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// `AccountApproved`.
    Approved,
    /// `AccountRejected`, with its reason.
    Rejected(String),
}

#[derive(Deserialize)]
#[serde(tag = "detail-type")]
enum Envelope {
    AccountApproved { time: String, detail: Approved },
    AccountRejected { time: String, detail: Rejected },
}

#[derive(Deserialize)]
struct Approved {
    account_id: AccountId,
    partner_id: PartnerId,
}

#[derive(Deserialize)]
struct Rejected {
    account_id: AccountId,
    partner_id: PartnerId,
    reason: String,
}

impl DecisionEvent {
    /// Reads an event. Members that it does not know are left alone.
    ///
    /// # Errors
    /// [`InvalidEvent`] for another event.
    pub fn read(payload: Value) -> Result<Self, InvalidEvent> {
        // The error of the JSON library may quote the event, and so it is not kept.
        match Envelope::deserialize(payload).map_err(|_| InvalidEvent)? {
            Envelope::AccountApproved { time, detail } => Ok(Self {
                account_id: detail.account_id,
                partner: detail.partner_id,
                decision: Decision::Approved,
                decided_at: time,
            }),
            Envelope::AccountRejected { time, detail } => Ok(Self {
                account_id: detail.account_id,
                partner: detail.partner_id,
                decision: Decision::Rejected(detail.reason),
                decided_at: time,
            }),
        }
    }
}

impl Decision {
    /// The account's status after the decision.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self {
            Self::Approved => "APPROVED",
            Self::Rejected(_) => "REJECTED",
        }
    }

    /// Why the account was rejected.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Approved => None,
            Self::Rejected(reason) => Some(reason),
        }
    }
}
