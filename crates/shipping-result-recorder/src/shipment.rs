//! What the shipping service answered for an order.

use serde::Serialize;
use serde_json::Value;

use crate::error::RecordError;

/// Bytes of an order's id at most: DynamoDB's limit of a partition key.
const MAX_ORDER_ID_BYTES: usize = 2048;

/// Bytes of a tracking number and of a shipping status at most. Carriers use some forty, and the
/// workflow's state has to hold both a second time.
const MAX_FIELD_BYTES: usize = 1024;

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
    /// unusable takes nothing from the other, and is answered beside it; an answer without a usable
    /// field is an error.
    pub(crate) fn read(state: &Value) -> Result<(Self, Option<RecordError>), RecordError> {
        let order_id = text(state.get("order_id"), MAX_ORDER_ID_BYTES);
        let mut unusable = None;
        let mut field = |field| {
            let value = state.get("shipping_service_output")?.get(field);
            let value = value.filter(|value| !value.is_null())?;
            let text = text(Some(value), MAX_FIELD_BYTES);
            if text.is_none() {
                unusable = Some(RecordError::InvalidShippingResult { field });
            }
            text
        };
        let shipment = Self {
            order_id: order_id.ok_or(RecordError::InvalidInput)?,
            tracking_number: field("tracking_number"),
            shipping_status: field("shipping_status"),
        };
        if shipment.tracking_number.is_none() && shipment.shipping_status.is_none() {
            return Err(unusable.unwrap_or(RecordError::EmptyShippingResult));
        }
        Ok((shipment, unusable))
    }
}

/// A text that is neither empty nor longer than its limit.
fn text(value: Option<&Value>, max_bytes: usize) -> Option<String> {
    let text = value?.as_str()?;
    (1..=max_bytes)
        .contains(&text.len())
        .then(|| text.to_owned())
}
