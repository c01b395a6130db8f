//! The private event, as Amazon EventBridge delivers it.

use callback_task::{CallbackTaskKey, PendingTask, TaskToken};
use domain_event::AccountId;
use jiff::{SignedDuration, Timestamp};
use lambda_failure::Failure;
use partner::PartnerId;
use serde::Deserialize;
use serde_json::Value;

/// A state waits for a reviewer, and this is the token that ends its wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenIssued {
    /// The account under review.
    pub account_id: AccountId,
    /// Whose account it is to be.
    pub partner: PartnerId,
    /// The secret.
    pub token: TaskToken,
    /// When the state began to wait, to the second.
    pub issued_at: Timestamp,
}

/// The delivery is no `IdentityReviewTokenIssued`. It is not repeated here: it may hold a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The event is no IdentityReviewTokenIssued.")]
pub struct InvalidEvent;

#[derive(Deserialize)]
#[serde(tag = "detail-type")]
enum Envelope {
    IdentityReviewTokenIssued { time: Timestamp, detail: Detail },
}

#[derive(Deserialize)]
struct Detail {
    account_id: AccountId,
    partner_id: PartnerId,
    task_token: String,
}

impl TokenIssued {
    /// Reads an event. Members that it does not know are left alone.
    ///
    /// # Errors
    /// [`InvalidEvent`] for another event.
    pub fn read(payload: Value) -> Result<Self, InvalidEvent> {
        let Envelope::IdentityReviewTokenIssued { time, detail } =
            Envelope::deserialize(payload).map_err(|_| InvalidEvent)?;
        Ok(Self {
            account_id: detail.account_id,
            partner: detail.partner_id,
            token: TaskToken::parse(detail.task_token).map_err(|_| InvalidEvent)?,
            issued_at: time,
        })
    }

    /// The task that `reviewer` alone may answer, within `timeout` of the token's issue.
    pub(crate) fn task(
        &self,
        task_type: &str,
        reviewer: &PartnerId,
        timeout: SignedDuration,
    ) -> Result<PendingTask, InvalidEvent> {
        let key = CallbackTaskKey::parse(self.account_id.as_str(), task_type);
        let expires_at = self.issued_at.checked_add(timeout);
        Ok(PendingTask {
            key: key.map_err(|_| InvalidEvent)?,
            token: self.token.clone(),
            partner: reviewer.clone(),
            expires_at: expires_at.map_err(|_| InvalidEvent)?,
        })
    }
}

impl From<InvalidEvent> for Failure {
    fn from(error: InvalidEvent) -> Self {
        Self::new("InvalidEvent", error)
    }
}
