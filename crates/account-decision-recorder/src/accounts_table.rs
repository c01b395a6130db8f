//! The accounts table, as the recorder of decisions sees it.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};

use crate::{AccountsTableError, DecisionEvent};

type Row = HashMap<String, AttributeValue>;

/// The accounts table: partition key `account_id`; the account opening workflow claims an account
/// with `partner_id` and the `status` `OPENING`, and a decision makes that `APPROVED` or `REJECTED`
/// and adds `decided_at` and `reason`.
#[derive(Clone, Debug)]
pub struct AccountsTable {
    client: Client,
    name: String,
}

/// When a decision found its way into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// By this call.
    Now,
    /// By an earlier one.
    Before,
}

impl AccountsTable {
    /// The table of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// Decides an account that waits for its decision.
    ///
    /// # Errors
    /// [`AccountsTableError`].
    pub async fn record(&self, event: &DecisionEvent) -> Result<Recorded, AccountsTableError> {
        let result = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("account_id", text(event.account_id.as_str()))
            .update_expression(match event.decision.reason() {
                None => "SET #status = :status, decided_at = :decided_at",
                Some(_) => "SET #status = :status, decided_at = :decided_at, reason = :reason",
            })
            .condition_expression("#status = :opening AND partner_id = :partner_id")
            .expression_attribute_names("#status", "status")
            .set_expression_attribute_values(Some(values(event)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else {
            return Ok(Recorded::Now);
        };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                compare(refusal.item(), event)
            }
            _ => Err(AccountsTableError::Record(Box::new(error))),
        }
    }
}

fn values(event: &DecisionEvent) -> Row {
    let values = [
        (":opening", Some("OPENING")),
        (":partner_id", Some(event.partner.as_str())),
        (":status", Some(event.decision.status())),
        (":decided_at", Some(event.decided_at.as_str())),
        (":reason", event.decision.reason()),
    ];
    values
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), text(value?))))
        .collect()
}

/// What a row that the condition did not hold for says of the decision. It may be our own write,
/// whose answer was lost.
fn compare(row: Option<&Row>, event: &DecisionEvent) -> Result<Recorded, AccountsTableError> {
    let holds =
        |attribute: &str, value: &str| row.and_then(|row| row.get(attribute)) == Some(&text(value));
    if !holds("partner_id", event.partner.as_str()) {
        Err(AccountsTableError::NotFound)
    } else if holds("status", event.decision.status()) {
        Ok(Recorded::Before)
    } else {
        Err(AccountsTableError::Conflict)
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
