//! Three applicants ask for an account: one is approved, one is rejected, and one is approved by the
//! operator's reviewer, who answers by the partner API.

use crate::console;
use crate::table::{self, Column};
use anyhow::{Context, Result, bail, ensure};
use local_stack::wait::{self, Look};
use local_stack::{Api, Aws, Row, Service, StackFile, key, text};
use serde_json::{Value, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What the reviewer answers. The account's own id takes the place of the one in it.
const APPROVAL: &str = include_str!("../../../../events/partner/identity-review-approval.json");

/// How long all may take; some seconds are usual.
const LIMIT: Duration = Duration::from_mins(1);

/// A request for an account, and what must become of it.
struct Case {
    name: &'static str,
    event: &'static str,
    status: &'static str,
    reason: Option<&'static str>,
    reviewed: bool,
}

const CASES: [Case; 3] = [
    Case {
        name: "low-risk",
        event: include_str!("../../../../events/account-opening/low-risk.json"),
        status: "APPROVED",
        reason: None,
        reviewed: false,
    },
    Case {
        name: "under-age",
        event: include_str!("../../../../events/account-opening/under-age.json"),
        status: "REJECTED",
        reason: Some("IDENTITY_NOT_VERIFIED"),
        reviewed: false,
    },
    Case {
        name: "high-risk",
        event: include_str!("../../../../events/account-opening/high-risk.json"),
        status: "APPROVED",
        reason: None,
        reviewed: true,
    },
];

/// An account as its row has it at the end, and how long after the request that was seen.
struct Decided {
    row: Row,
    after: Duration,
}

/// Requests all accounts, reviews the one, waits for the decisions, prints and checks them.
pub fn run(stack: &StackFile) -> Result<()> {
    let aws = Aws::of(stack);
    let run = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let account_id = |case: &Case| format!("{}-{run}", case.name);
    let requested = Instant::now();
    for case in &CASES {
        request(stack, &aws, case, &account_id(case))?;
    }
    console::line("Published NewAccountRequested for three applicants.");
    for case in CASES.iter().filter(|case| case.reviewed) {
        review(stack, &aws, &account_id(case))?;
    }
    let mut decided = Vec::new();
    for case in &CASES {
        let row = wait_for_decision(stack, &aws, &account_id(case))?;
        let after = requested.elapsed();
        decided.push((case, Decided { row, after }));
    }
    print(&decided);
    decided
        .iter()
        .try_for_each(|(case, account)| check(case, account))
}

/// Accounts are opened once, so each run asks for accounts of its own.
fn request(stack: &StackFile, aws: &Aws, case: &Case, account_id: &str) -> Result<()> {
    let event: Value = serde_json::from_str(case.event).context("The request is not JSON.")?;
    let mut detail = event["detail"].clone();
    detail["account_id"] = account_id.into();
    detail["event_id"] = format!("request-{account_id}").into();
    let entry = json!({
        "EventBusName": stack.output("EventBusName")?,
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": detail.to_string(),
    });
    let answer = aws.call(
        Service::EventBridge,
        "PutEvents",
        &json!({"Entries": [entry]}),
    )?;
    ensure!(
        answer["FailedEntryCount"] == 0,
        "The event bus refused the request for account {account_id}."
    );
    Ok(())
}

/// Answers as the reviewer once the review is asked for.
fn review(stack: &StackFile, aws: &Aws, account_id: &str) -> Result<()> {
    let table = stack.output("CallbackTasksTableName")?;
    let task = key([("order_id", account_id), ("task_type", "IDENTITY_REVIEW")]);
    let awaited = format!("the review of account {account_id}");
    wait::until(&awaited, LIMIT, || -> Result<_> {
        Ok(match aws.get_item(table, &task)? {
            Some(_) => Look::Done(()),
            None => Look::Waiting("no task".to_owned()),
        })
    })?;
    let mut answer: Value = serde_json::from_str(APPROVAL).context("The answer is not JSON.")?;
    answer["order_id"] = account_id.into();
    let answered = Api::of(stack)?.post_json("/externalCallback", &answer)?;
    ensure!(
        answered.status == 200,
        "The API answered {} {} to the reviewer, but 200 is right.",
        answered.status,
        answered.body
    );
    console::line(format!(
        "The reviewer approved account {account_id} by POST /externalCallback."
    ));
    Ok(())
}

fn wait_for_decision(stack: &StackFile, aws: &Aws, account_id: &str) -> Result<Row> {
    let table = stack.output("AccountsTableName")?;
    let account = key([("account_id", account_id)]);
    let awaited = format!("the decision about account {account_id}");
    let row = wait::until(&awaited, LIMIT, || -> Result<_> {
        Ok(match aws.get_item(table, &account)? {
            Some(row) if text(row.get("status")) != "OPENING" => Look::Done(row),
            Some(_) => Look::Waiting("OPENING".to_owned()),
            None => Look::Waiting("no row".to_owned()),
        })
    })?;
    Ok(row)
}

fn print(decided: &[(&Case, Decided)]) {
    let columns = [
        Column::Text("account"),
        Column::Text("outcome"),
        Column::Text("reason"),
        Column::Text("reviewed"),
        Column::Number("seconds"),
    ];
    let rows = decided.iter().map(|(case, Decided { row, after })| {
        [
            text(row.get("account_id")).to_owned(),
            text(row.get("status")).to_owned(),
            text(row.get("reason")).to_owned(),
            if case.reviewed { "yes" } else { "no" }.to_owned(),
            format!("{:.1}", after.as_secs_f64()),
        ]
    });
    table::print(&columns, rows);
}

fn check(case: &Case, decided: &Decided) -> Result<()> {
    let status = text(decided.row.get("status"));
    let reason = decided.row.get("reason").and_then(Value::as_str);
    if (status, reason) != (case.status, case.reason) {
        bail!(
            "The {} applicant ended {status} ({reason:?}), but {} ({:?}) is right.",
            case.name,
            case.status,
            case.reason
        );
    }
    Ok(())
}
