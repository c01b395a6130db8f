//! Turns a decision about an account into the status of the account's row.
//!
//! It is the accounts domain's consumer of `AccountApproved` and `AccountRejected`.

mod accounts_table;
mod config;
mod error;
mod event;

pub use accounts_table::{AccountsTable, Recorded};
pub use config::Adapters;
pub use error::{AccountsTableError, InvalidEvent};
pub use event::{Decision, DecisionEvent};

use lambda_failure::Failure;
use serde_json::Value;

/// Records the decision of one event. The first decision about an account stands; its repetition
/// changes nothing, and another one is an error, so that a person looks.
///
/// # Errors
/// `InvalidEvent`, `AccountNotFound`, `ConflictingDecision` and `AccountsTableFailed`.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<(), Failure> {
    let event = DecisionEvent::read(payload)?;
    let recorded = adapters.accounts.record(&event).await?;
    tracing::info!(
        account_id = %event.account_id,
        partner_id = %event.partner,
        status = event.decision.status(),
        repeated = recorded == Recorded::Before,
        "A decision about an account was recorded."
    );
    Ok(())
}
