//! Eleven transactions in a file by SFTP, the twelfth by the API: each becomes one execution and
//! one stored row.

use super::{executions, upload};
use crate::console;
use crate::stack_home::project_root;
use crate::table::{self, Column};
use anyhow::{Context, Result, ensure};
use local_stack::wait::{self, Look};
use local_stack::{Api, Aws, Row, Sftp, StackFile, key, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What partners upload, below the project's root.
const UPLOAD: &str = "events/partner/transactions.xml";

/// The file's transactions by number, as pairs of users.
const BATCH: [(u32, u32); 11] = [
    (57, 732),
    (9824, 2739),
    (126, 543),
    (5785, 839),
    (83782, 547),
    (64783, 1638),
    (785, 7493),
    (5473, 3829),
    (3474, 9372),
    (1537, 9473),
    (2837, 7383),
];

/// The transaction that the API takes. Its message begins with a blank, which is cleaned away.
const SINGLE: (&str, &str) = ("12", " Transaction made between user 687 and user 329.");

/// How long all may take; some seconds are usual.
const LIMIT: Duration = Duration::from_mins(1);

/// The messages that must be stored, by transaction id.
type Expected = BTreeMap<String, String>;

/// A stored row, and how long after the beginning of the upload it was first seen.
struct Stored {
    row: Row,
    after: Duration,
}

/// Hands all twelve in, waits for their rows and executions, prints and checks them.
pub fn run(stack: &StackFile) -> Result<()> {
    let aws = Aws::of(stack);
    let expected = expected();
    remove_earlier_rows(stack, &aws, &expected)?;
    let began = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let handed_in = Instant::now();
    upload_batch(stack, began)?;
    post_single(stack)?;
    let stored = wait_for_rows(stack, &aws, &expected, handed_in)?;
    print_rows(&stored);
    check_rows(&stored, &expected, &partner_email(stack, &aws)?)?;
    let upload_id = text(stored["1"].row.get("upload_id")).to_owned();
    upload::wait_for_completion(stack, &aws, &upload_id, BATCH.len())?;
    let executions = executions::wait_for_end(stack, &aws, began)?;
    executions::print(&executions);
    let express = executions::uploads_run_express(stack, &aws)?;
    let listed = expected.keys().filter(|id| !express || *id != SINGLE.0);
    executions::check(&executions, listed)
}

fn expected() -> Expected {
    let batch = BATCH.iter().zip(1..).map(|((from, to), number): (_, u32)| {
        let message = format!("Transaction made between user {from} and user {to}.");
        (number.to_string(), message)
    });
    let (id, message) = SINGLE;
    batch
        .chain([(id.to_owned(), message.trim().to_owned())])
        .collect()
}

/// A row that stands already would make its transaction a duplicate, and the check would see an
/// earlier demonstration instead of this one.
fn remove_earlier_rows(stack: &StackFile, aws: &Aws, expected: &Expected) -> Result<()> {
    let table = stack.output("TransactionsTableName")?;
    let mut removed = 0;
    for id in expected.keys() {
        let key = key([("id", id), ("partner", &stack.sftp_user)]);
        if aws.get_item(table, &key)?.is_some() {
            aws.delete_item(table, &key)?;
            removed += 1;
        }
    }
    if removed > 0 {
        console::line(format!(
            "Removed {removed} rows of an earlier demonstration from the transactions table."
        ));
    }
    Ok(())
}

/// The same bytes would be the same upload, and start nothing: a comment tells the runs apart.
fn upload_batch(stack: &StackFile, began: Duration) -> Result<()> {
    let file = std::fs::read_to_string(project_root().join(UPLOAD))
        .with_context(|| format!("{UPLOAD} cannot be read."))?;
    let file = format!("{file}<!-- demonstration {} -->\n", began.as_millis());
    let sftp = Sftp::connect(stack)?;
    sftp.put("/inbox/transactions.xml", file.as_bytes())?;
    console::line(format!(
        "Uploaded {UPLOAD} by SFTP as {} to /inbox/transactions.xml.",
        stack.sftp_user
    ));
    Ok(())
}

fn post_single(stack: &StackFile) -> Result<()> {
    let (id, message) = SINGLE;
    let pairs = [("transactionId", id), ("transactionMessage", message)];
    let answer = Api::of(stack)?.post_query("/transactions", &pairs)?;
    let accepted = json!({"transactionId": id, "status": "QUEUED"});
    ensure!(
        answer.status == 202 && answer.body == accepted,
        "The API answered {} {} to transaction {id}, but 202 {accepted} is right.",
        answer.status,
        answer.body
    );
    console::line(format!(
        "Posted transaction {id} to the API, which answered 202 {accepted}."
    ));
    Ok(())
}

fn wait_for_rows(
    stack: &StackFile,
    aws: &Aws,
    expected: &Expected,
    handed_in: Instant,
) -> Result<BTreeMap<String, Stored>> {
    let table = stack.output("TransactionsTableName")?;
    let mut stored = BTreeMap::new();
    let awaited = format!("the rows of all {} transactions", expected.len());
    wait::until(&awaited, LIMIT, || -> Result<_> {
        for row in aws.scan(table)? {
            let id = text(row.get("id")).to_owned();
            if text(row.get("partner")) == stack.sftp_user && expected.contains_key(&id) {
                let after = handed_in.elapsed();
                stored.entry(id).or_insert(Stored { row, after });
            }
        }
        let missing: Vec<_> = expected
            .keys()
            .filter(|id| !stored.contains_key(*id))
            .collect();
        Ok(if missing.is_empty() {
            Look::Done(())
        } else {
            Look::Waiting(format!("no row of transaction {missing:?}"))
        })
    })?;
    Ok(stored)
}

fn print_rows(stored: &BTreeMap<String, Stored>) {
    let columns = [
        Column::Number("id"),
        Column::Text("message"),
        Column::Text("email"),
        Column::Text("via"),
        Column::Number("seconds"),
    ];
    let mut stored: Vec<_> = stored.iter().collect();
    stored.sort_by_key(|(id, _)| id.parse::<u32>().unwrap_or_default());
    let rows = stored.into_iter().map(|(id, Stored { row, after })| {
        [
            id.clone(),
            text(row.get("transaction_message")).to_owned(),
            text(row.get("email")).to_owned(),
            via(row).to_owned(),
            format!("{:.1}", after.as_secs_f64()),
        ]
    });
    table::print(&columns, rows);
}

fn check_rows(stored: &BTreeMap<String, Stored>, expected: &Expected, email: &str) -> Result<()> {
    for (id, Stored { row, .. }) in stored {
        let message = text(row.get("transaction_message"));
        ensure!(
            message == expected[id],
            "The stored message of transaction {id} is wrong."
        );
        ensure!(
            text(row.get("email")) == email,
            "The stored email of transaction {id} is not the partner's, {email}."
        );
        let door = if id == SINGLE.0 { "API" } else { "SFTP" };
        ensure!(
            via(row) == door,
            "The row of transaction {id} does not show that it came by {door}."
        );
    }
    Ok(())
}

fn partner_email(stack: &StackFile, aws: &Aws) -> Result<String> {
    let table = stack.output("PartnersTableName")?;
    let partner = aws.get_item(table, &key([("partner_id", &stack.sftp_user)]))?;
    let partner = partner.context("The partners table has no row of the first partner.")?;
    Ok(text(partner.get("email")).to_owned())
}

fn via(row: &Row) -> &'static str {
    match row.get("upload_id") {
        None | Some(Value::Null) => "API",
        Some(_) => "SFTP",
    }
}
