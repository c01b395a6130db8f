//! What the shipping service answered for an order.

use serde::Serialize;
use serde_json::Value;

use crate::error::RecordError;

/// Bytes of an order's id at most: DynamoDB's limit of a partition key.
const MAX_ORDER_ID_BYTES: usize = 2048;

/// Bytes of a tracking number and of a shipping status at most. Carriers use some forty, and the
/// workflow's state has to hold both a second time.
const MAX_FIELD_BYTES: usize = 1024;

/// The part of the answer that the order keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shipment {
    /// The order's partition key.
    pub order_id: String,
    /// The carrier's number.
    pub tracking_number: String,
    /// How far the shipment is, in the carrier's words.
    pub shipping_status: String,
}

impl Shipment {
    /// Reads the workflow's state, `{"order_id","shipping_service_output":{…}, …}`.
    pub(crate) fn read(state: &Value) -> Result<Self, RecordError> {
        let order_id = text(state.get("order_id"), MAX_ORDER_ID_BYTES);
        let answer = state.get("shipping_service_output");
        let field = |field| {
            text(answer.and_then(|answer| answer.get(field)), MAX_FIELD_BYTES)
                .ok_or(RecordError::InvalidShippingResult { field })
        };
        Ok(Self {
            order_id: order_id.ok_or(RecordError::InvalidInput)?,
            tracking_number: field("tracking_number")?,
            shipping_status: field("shipping_status")?,
        })
    }
}

/// A text that is neither empty nor longer than its limit.
fn text(value: Option<&Value>, max_bytes: usize) -> Option<String> {
    let text = value?.as_str()?;
    (1..=max_bytes)
        .contains(&text.len())
        .then(|| text.to_owned())
}
