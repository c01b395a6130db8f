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
/// repetition records the same again.
///
/// # Errors
/// `InvalidInput`, `InvalidShippingResult` and `OrderNotFound`, which do not pass, and
/// `OrderNotUpdated`.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Shipment, Failure> {
    let shipment = Shipment::read(&payload)?;
    adapters.orders.record(&shipment).await?;
    tracing::info!(order_id = shipment.order_id, "A shipment was recorded.");
    Ok(shipment)
}
