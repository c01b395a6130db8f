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
    /// Reads the state's event. The payload is `input[PAYLOAD_EVENT_KEY]`; its `partner_id` owns the
    /// task, and its `order_id`, or else the input's, names it.
    pub(crate) fn read(event: Value, dispatch: &Dispatch) -> Result<Self, DispatchError> {
        // The error of the JSON library quotes what it read, and so it is dropped.
        let event = Event::deserialize(event).map_err(|_| DispatchError::NotAWaitingState)?;
        let mut input = event.input;
        let payload = input
            .remove(&dispatch.payload_event_key)
            .filter(Value::is_object)
            .ok_or(DispatchError::PayloadMissing)?;
        let order_id = text(&payload, "order_id")
            .or_else(|| input.get("order_id")?.as_str())
            .ok_or(DispatchError::OrderIdMissing)?;
        let partner = text(&payload, "partner_id").ok_or(DispatchError::InvalidPartner)?;
        Ok(Self {
            token: TaskToken::parse(event.token).map_err(DispatchError::InvalidToken)?,
            key: CallbackTaskKey::parse(order_id, &dispatch.task_type)
                .map_err(DispatchError::InvalidKey)?,
            partner: PartnerId::parse(partner).map_err(|_| DispatchError::InvalidPartner)?,
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

fn text<'a>(payload: &'a Value, field: &str) -> Option<&'a str> {
    payload.get(field)?.as_str()
}
