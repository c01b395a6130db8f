//! Requests for accounts, and what becomes of them; for the tests of events and of accounts.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{Answer, AwsError, Row, Service, key};
use serde_json::{Value, json};
use std::collections::BTreeMap;

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

/// The decisions that were published about each account.
pub fn decisions(events: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut decisions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        let detail_type = event["detail-type"].as_str().unwrap();
        if ["AccountApproved", "AccountRejected"].contains(&detail_type) {
            let account = event["detail"]["account_id"].as_str().unwrap();
            let decisions = decisions.entry(account.to_owned()).or_default();
            decisions.push(detail_type.to_owned());
        }
    }
    decisions
}

/// The outcomes of that many executions about the account, sorted.
pub fn wait_for_outcomes(test: &StackUnderTest, account: &str, count: usize) -> Vec<String> {
    wait::until(&format!("{count} ends of {account}"), LIMIT, || {
        let outcomes = outcomes(test, account)?;
        Ok::<_, AwsError>(if outcomes.len() == count {
            Look::Done(outcomes)
        } else {
            Look::Waiting(format!("{outcomes:?}"))
        })
    })
    .unwrap()
}

fn outcomes(test: &StackUnderTest, account: &str) -> Result<Vec<String>, AwsError> {
    let ended = executions(test, "SUCCEEDED")?;
    let outputs = ended.iter().map(|execution| {
        let output = execution["output"].as_str().unwrap_or_default();
        serde_json::from_str::<Value>(output).unwrap_or_default()
    });
    let mut outcomes: Vec<_> = outputs
        .filter(|output| output["account_id"] == account)
        .map(|output| output["outcome"].as_str().unwrap_or_default().to_owned())
        .collect();
    outcomes.sort();
    Ok(outcomes)
}

/// The executions of the account opening workflow with that status, described.
pub fn executions(test: &StackUnderTest, status: &str) -> Result<Vec<Value>, AwsError> {
    let workflow = test.stack.output("AccountOpeningWorkflowArn").unwrap();
    let mut input = json!({"stateMachineArn": workflow, "statusFilter": status});
    let mut described = Vec::new();
    loop {
        let page = test
            .aws
            .call(Service::StepFunctions, "ListExecutions", &input)?;
        for execution in page["executions"].as_array().unwrap() {
            let input = json!({"executionArn": execution["executionArn"]});
            let execution = test
                .aws
                .call(Service::StepFunctions, "DescribeExecution", &input)?;
            described.push(execution);
        }
        let Value::String(token) = &page["nextToken"] else {
            return Ok(described);
        };
        input["nextToken"] = token.as_str().into();
    }
}

/// The account that a described execution is about.
pub fn account_of(execution: &Value) -> String {
    let request = execution["input"].as_str().unwrap_or_default();
    let request: Value = serde_json::from_str(request).unwrap_or_default();
    let account = request["detail"]["account_id"].as_str();
    account.unwrap_or_default().to_owned()
}
