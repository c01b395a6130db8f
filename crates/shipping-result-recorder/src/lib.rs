//! Turns what the shipping service answered into the order's tracking number and shipping status.

mod config;
mod error;
mod orders;
mod shipment;

pub use config::Adapters;
pub use orders::OrdersTable;
pub use shipment::Shipment;

use lambda_failure::Failure;
use serde_json::Value;

/// Records the shipment of the workflow's state on its order, and answers what it recorded. A
/// repetition records the same again. Where one field is unusable, the other is recorded before the
/// failure: the shipping service was told that its answer was taken. An answer without anything that
/// an order keeps is a success of the service all the same.
///
/// # Errors
/// `InvalidInput`, `InvalidShippingResult` and `OrderNotFound`, which do not pass, and
/// `OrderNotUpdated`.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Shipment, Failure> {
    let (shipment, unusable) = Shipment::read(&payload)?;
    if shipment.is_empty() {
        tracing::warn!(
            order_id = shipment.order_id,
            "The answer has nothing to record."
        );
    } else {
        adapters.orders.record(&shipment).await?;
        tracing::info!(order_id = shipment.order_id, "A shipment was recorded.");
    }
    unusable.map_or(Ok(shipment), |error| Err(error.into()))
}
