//! What a waiting state hands over.

use callback_task::{CallbackTaskKey, PendingTask, TaskToken};
use jiff::Timestamp;
use partner::PartnerId;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{config::Dispatch, error::DispatchError};

/// `{"token","input","callback":"true"}`; the flag tells people, and is not read.
#[derive(Deserialize)]
struct Event {
    token: String,
    input: Map<String, Value>,
}

/// A task to dispatch.
pub(crate) struct Request {
    token: TaskToken,
    key: CallbackTaskKey,
    partner: PartnerId,
    /// What the external system reads.
    pub(crate) payload: Value,
}

impl Request {
    /// Reads the state's event. The payload is `input[PAYLOAD_EVENT_KEY]`. Its `partner_id`, or else
    /// the input's, or else the default partner owns the task; its `order_id`, or else the input's,
    /// names it.
    pub(crate) fn read(event: Value, dispatch: &Dispatch) -> Result<Self, DispatchError> {
        // The error of the JSON library quotes what it read, and so it is dropped.
        let event = Event::deserialize(event).map_err(|_| DispatchError::NotAWaitingState)?;
        let mut input = event.input;
        let payload = input
            .remove(&dispatch.payload_event_key)
            .filter(|payload| !payload.is_null())
            .ok_or(DispatchError::PayloadMissing)?;
        let field = |name| {
            let of_the_payload = payload.get(name).filter(|value| !value.is_null());
            of_the_payload.or_else(|| input.get(name))
        };
        let order_id = field("order_id").and_then(Value::as_str);
        let order_id = order_id.ok_or(DispatchError::OrderIdMissing)?;
        let partner = match field("partner_id").filter(|value| !value.is_null()) {
            Some(partner) => partner.as_str().and_then(|id| PartnerId::parse(id).ok()),
            None => dispatch.default_partner.clone(),
        };
        Ok(Self {
            token: TaskToken::parse(event.token).map_err(DispatchError::InvalidToken)?,
            key: CallbackTaskKey::parse(order_id, &dispatch.task_type)
                .map_err(DispatchError::InvalidKey)?,
            partner: partner.ok_or(DispatchError::InvalidPartner)?,
            payload,
        })
    }

    /// The task as it is stored.
    pub(crate) fn task(&self, expires_at: Timestamp) -> PendingTask {
        PendingTask {
            key: self.key.clone(),
            token: self.token.clone(),
            partner: self.partner.clone(),
            expires_at,
        }
    }
}
