//! A large file arrives whole, in little memory, and only what is bad of it is rejected.

use crate::ledger::ledger_row;
use crate::splitter::Splitter;
use crate::stack_under_test::{StackUnderTest, batch};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Row};
use std::time::Duration;

/// The splitter's share that grows with a file would show at this size: the file has 3 MB, and
/// the messages that are sent for it have twice as much.
const MANY: u64 = 20_000;

/// How long they may take on a busy machine; the emulator carries about a hundred a second.
const LIMIT: Duration = Duration::from_mins(15);

/// The splitter's largest resident set.
pub const PEAK_KILOBYTES: u64 = 64 * 1024;

const NOTES: &str = "Transaction made between user 57 and user 732.";

/// One in a hundred transactions is bad, each in a way of its own: where, and why.
const BAD: [(u64, &str); 10] = [
    (1, "NOTES_EMPTY"),
    (100, "ID_EMPTY"),
    (101, "ID_TOO_LONG"),
    (250, "ID_CONTROL_CHARACTER"),
    (333, "ID_OUTER_WHITE_SPACE"),
    (499, "NOTES_REPEATED"),
    (500, "NOTES_MISSING"),
    (750, "TRANSACTION_NESTED"),
    (999, "MESSAGE_TOO_LARGE"),
    (1000, "ID_MISSING"),
];

#[test]
fn twenty_thousand_transactions_are_stored_and_split_in_little_memory() {
    let test = StackUnderTest::alone("many");
    let splitter = Splitter::of(&test);
    let table = test.stack.output("TransactionsTableName").unwrap();
    let before = test.aws.count(table).unwrap();
    let ids: Vec<_> = (1..=MANY).map(|number| test.id(number)).collect();
    test.upload(
        "/inbox/many.xml",
        &batch(ids.iter().map(|id| (id.as_str(), NOTES))),
    );

    let mut peak = None;
    let last = ids.last().unwrap();
    let row = wait::until("the last row", LIMIT, || {
        peak = peak.max(splitter.peak_kilobytes());
        let waiting = || Look::Waiting("none".to_owned());
        Ok::<_, AwsError>(test.row(last).map_or_else(waiting, Look::Done))
    });
    let upload = row.unwrap()["upload_id"].clone();
    wait::until("the upload's completion", LIMIT, || {
        let upload = ledger_row(&test, &upload);
        Ok::<_, AwsError>(match text(&upload, "status") {
            "COMPLETED" => Look::Done(()),
            _ => Look::Waiting(format!("{} stored", text(&upload, "stored"))),
        })
    })
    .unwrap();
    assert_eq!(ledger_row(&test, &upload)["stored"], MANY.to_string());
    assert_eq!(test.aws.count(table).unwrap() - before, MANY);
    let peak = peak.expect("the emulator runs the splitter as a process of this machine");
    assert!(
        peak < PEAK_KILOBYTES,
        "the splitter's memory reached {peak} KiB"
    );
}

#[test]
fn of_a_thousand_transactions_exactly_the_bad_ones_are_rejected() {
    let test = StackUnderTest::alone("one-percent");
    let transactions = (1..=1000_u64).map(|ordinal| {
        let id = test.id(ordinal);
        match BAD.iter().find(|(place, _)| *place == ordinal) {
            Some((_, code)) => bad_transaction(code, &id),
            None => transaction(&id, NOTES),
        }
    });
    let lines: Vec<_> = transactions.collect();
    let file = format!("<Transactions>\n{}\n</Transactions>", lines.join("\n"));
    test.upload("/inbox/one-percent.xml", &file);

    let is_bad = |ordinal: &u64| BAD.iter().any(|(place, _)| place == ordinal);
    let good = (1..=1000).filter(|ordinal| !is_bad(ordinal));
    let rows: Vec<_> = good
        .map(|ordinal| test.wait_for_row(&test.id(ordinal)))
        .collect();
    assert_eq!(test.executions().len(), rows.len());
    let upload = rows[0]["upload_id"].as_str().unwrap();
    let mut rejections: Vec<_> = rejections_of(&test, upload)
        .iter()
        .map(|rejection| {
            let (_, ordinal) = text(rejection, "rejection_id").split_once('#').unwrap();
            let line: u64 = text(rejection, "line").parse().unwrap();
            (
                ordinal.parse::<u64>().unwrap(),
                line - 1,
                text(rejection, "code").to_owned(),
            )
        })
        .collect();
    rejections.sort();
    let expected = BAD.map(|(place, code)| (place, place, code.to_owned()));
    assert_eq!(rejections, expected);
}

fn bad_transaction(code: &str, id: &str) -> String {
    match code {
        "ID_CONTROL_CHARACTER" => transaction(&format!("{id}&#9;x"), NOTES),
        "ID_EMPTY" => transaction("", NOTES),
        "ID_MISSING" => format!("<Transaction><Notes>{NOTES}</Notes></Transaction>"),
        "ID_OUTER_WHITE_SPACE" => transaction(&format!(" {id}"), NOTES),
        "ID_TOO_LONG" => transaction(&format!("{id}{}", "x".repeat(128)), NOTES),
        "MESSAGE_TOO_LARGE" => transaction(id, &"x".repeat(200 * 1024 + 1)),
        "NOTES_EMPTY" => transaction(id, ""),
        "NOTES_MISSING" => format!("<Transaction TransactionID='{id}'/>"),
        "NOTES_REPEATED" => transaction(id, "x</Notes><Notes>y"),
        "TRANSACTION_NESTED" => transaction(id, "<Transaction TransactionID='n'/>"),
        other => panic!("{other}"),
    }
}

fn transaction(id: &str, notes: &str) -> String {
    format!("<Transaction TransactionID='{id}'><Notes>{notes}</Notes></Transaction>")
}

fn rejections_of(test: &StackUnderTest, upload: &str) -> Vec<Row> {
    let table = test.stack.output("RejectionsTableName").unwrap();
    let mut rows = test.aws.scan(table).unwrap();
    rows.retain(|row| text(row, "rejection_id").starts_with(upload));
    rows
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}
