//! Turns an order's id into the order, as plain JSON.
//!
//! The workflow's later states, and the external systems that they tell, read the order as it is
//! in the table, in a form that knows nothing of the table.

mod config;
mod error;
mod orders;
mod plain_json;

pub use config::{Adapters, InvalidConfiguration};
pub use orders::OrdersTable;

use error::LoadError;
use lambda_failure::Failure;
use partner::PartnerId;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Bytes of an order at most, as JSON. The state of the workflow, 256 KiB, also holds the output
/// of its external systems, which may be 128 KiB.
const MAX_ORDER_BYTES: usize = 100 * 1024;

/// Bytes of an order's id at most: DynamoDB's limit of a partition key.
const MAX_ORDER_ID_BYTES: usize = 2048;

/// The input of the workflow, as far as it is in use.
#[derive(Deserialize)]
struct Input {
    order_id: String,
}

/// Answers the order's attributes; `partner_id` is always among them.
///
/// # Errors
/// `InvalidInput`, `OrderNotFound`, `InvalidOrder` and `OrderTooLarge`, which do not pass, and
/// `OrderNotRead`.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Map<String, Value>, Failure> {
    Ok(load(adapters, payload).await?)
}

async fn load(adapters: &Adapters, payload: Value) -> Result<Map<String, Value>, LoadError> {
    // The error of the JSON library quotes what it read, and so it is dropped.
    let input = Input::deserialize(payload).map_err(|_| LoadError::InvalidInput)?;
    if input.order_id.is_empty() || input.order_id.len() > MAX_ORDER_ID_BYTES {
        return Err(LoadError::InvalidInput);
    }
    let row = adapters.orders.find(&input.order_id).await?;
    let mut order = plain_json::object(row.ok_or(LoadError::OrderNotFound)?);
    let partner = partner(&order, &adapters.default_partner)?;
    order.insert("partner_id".to_owned(), partner.to_string().into());
    if Value::from(order.clone()).to_string().len() > MAX_ORDER_BYTES {
        return Err(LoadError::OrderTooLarge);
    }
    tracing::info!(
        order_id = input.order_id,
        partner_id = %partner,
        "An order was loaded."
    );
    Ok(order)
}

/// Who owns the order. One that names nobody is the first partner's; one that names no possible
/// partner is an error and not a guess.
fn partner(order: &Map<String, Value>, default: &PartnerId) -> Result<PartnerId, LoadError> {
    match order.get("partner_id") {
        None | Some(Value::Null) => Ok(default.clone()),
        Some(Value::String(id)) => PartnerId::parse(id).map_err(|_| LoadError::InvalidOrder),
        Some(_) => Err(LoadError::InvalidOrder),
    }
}
