//! Requests for accounts, and what becomes of them; for the tests of events and of accounts.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{Answer, AwsError, Row, Service, key};
use serde_json::{Value, json};

/// The three kinds of applicants, as `events/account-opening` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicant {
    LowRisk,
    HighRisk,
    UnderAge,
}

impl Applicant {
    /// The event that asks for the account.
    pub fn request(self, account_id: &str) -> Value {
        let event = match self {
            Self::LowRisk => include_str!("../../../../events/account-opening/low-risk.json"),
            Self::HighRisk => include_str!("../../../../events/account-opening/high-risk.json"),
            Self::UnderAge => include_str!("../../../../events/account-opening/under-age.json"),
        };
        let mut event: Value = serde_json::from_str(event).unwrap();
        event["detail"]["account_id"] = account_id.into();
        event["detail"]["event_id"] = format!("request-{account_id}").into();
        event
    }
}

/// Publishes the events in their order, ten a call.
pub fn publish(test: &StackUnderTest, events: &[Value]) {
    let bus = test.stack.output("EventBusName").unwrap();
    for events in events.chunks(10) {
        let entries = events.iter().map(|event| {
            json!({
                "EventBusName": bus,
                "Source": event["source"],
                "DetailType": event["detail-type"],
                "Detail": event["detail"].to_string(),
            })
        });
        let input = json!({"Entries": entries.collect::<Vec<_>>()});
        let answer = test.call(Service::EventBridge, "PutEvents", &input);
        assert_eq!(answer["FailedEntryCount"], 0);
    }
}

/// Waits until the account's reviewer is asked; answers the callback task.
pub fn wait_for_review(test: &StackUnderTest, account_id: &str) -> Row {
    let table = test.stack.output("CallbackTasksTableName").unwrap();
    let task = key([("order_id", account_id), ("task_type", "IDENTITY_REVIEW")]);
    wait_for_row(test, table, &task, |_| true)
}

/// The reviewer's answer, with the first partner's token.
pub fn review(test: &StackUnderTest, account_id: &str, decision: &str) -> Answer {
    let answer = json!({
        "order_id": account_id,
        "task_type": "IDENTITY_REVIEW",
        "task_status": "SUCCESS",
        "task_output": {"decision": decision},
    });
    test.api.post_json("/externalCallback", &answer).unwrap()
}

/// Waits until the account is approved or rejected.
pub fn wait_for_decision(test: &StackUnderTest, account_id: &str) -> Row {
    let table = test.stack.output("AccountsTableName").unwrap();
    let account = key([("account_id", account_id)]);
    wait_for_row(test, table, &account, |row| row["status"] != "OPENING")
}

fn wait_for_row(
    test: &StackUnderTest,
    table: &str,
    key: &Value,
    is_awaited: impl Fn(&Row) -> bool,
) -> Row {
    wait::until(&format!("the row {key}"), LIMIT, || {
        Ok::<_, AwsError>(match test.aws.get_item(table, key)? {
            Some(row) if is_awaited(&row) => Look::Done(row),
            Some(_) => Look::Waiting("the row as it was".to_owned()),
            None => Look::Waiting("none".to_owned()),
        })
    })
    .unwrap()
}
