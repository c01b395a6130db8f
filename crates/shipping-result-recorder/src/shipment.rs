//! What the shipping service answered for an order.

use callback_task::shipping_text;
use serde::Serialize;
use serde_json::Value;

use crate::error::RecordError;

/// Bytes of an order's id at most: DynamoDB's limit of a partition key.
const MAX_ORDER_ID_BYTES: usize = 2048;

/// The part of the answer that the order keeps. What the answer leaves out stays on the order as
/// it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shipment {
    /// The order's partition key.
    pub order_id: String,
    /// The carrier's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_number: Option<String>,
    /// How far the shipment is, in the carrier's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_status: Option<String>,
}

impl Shipment {
    /// Reads the workflow's state, `{"order_id","shipping_service_output":{…}, …}`. A field that is
    /// unusable takes nothing from the other, and is answered beside it.
    pub(crate) fn read(state: &Value) -> Result<(Self, Option<RecordError>), RecordError> {
        let order_id = state.get("order_id").and_then(Value::as_str);
        let order_id = order_id.filter(|id| (1..=MAX_ORDER_ID_BYTES).contains(&id.len()));
        let mut unusable = None;
        let mut field = |field| {
            let value = state.get("shipping_service_output")?.get(field);
            let value = value.filter(|value| !value.is_null())?;
            let text = shipping_text(value);
            if text.is_none() {
                unusable = Some(RecordError::InvalidShippingResult { field });
            }
            text
        };
        let shipment = Self {
            order_id: order_id.ok_or(RecordError::InvalidInput)?.to_owned(),
            tracking_number: field("tracking_number"),
            shipping_status: field("shipping_status"),
        };
        Ok((shipment, unusable))
    }

    /// Whether the answer has nothing that an order keeps.
    pub(crate) fn is_empty(&self) -> bool {
        self.tracking_number.is_none() && self.shipping_status.is_none()
    }
}
