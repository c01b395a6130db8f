//! A large file arrives whole, in little memory.

use crate::paused_trigger::PausedTrigger;
use crate::stack_under_test::{StackUnderTest, batch};
use local_stack::AwsError;
use local_stack::wait::{self, Look};
use std::time::Duration;

/// The splitter's share that grows with a file would show at this size: the file has 3 MB, and
/// the messages that are sent for it have twice as much.
const QUEUED: u64 = 20_000;

/// As many as the emulator carries through the whole workflow in a time that a test may take.
const STORED: u64 = 500;

/// How long either may take on a busy machine.
const LIMIT: Duration = Duration::from_mins(3);

/// The splitter's largest resident set.
const PEAK_KILOBYTES: u64 = 64 * 1024;

const NOTES: &str = "Transaction made between user 57 and user 732.";

#[test]
fn twenty_thousand_transactions_are_queued_in_little_memory() {
    let test = StackUnderTest::alone("queued");
    let trigger = PausedTrigger::pause(&test);
    upload(&test, QUEUED);

    let mut peak = None;
    wait::until("a message for each transaction", LIMIT, || {
        peak = peak.max(splitter_peak_kilobytes(&test.stack.endpoint_url));
        let waiting = trigger.waiting_messages();
        Ok::<_, AwsError>(if waiting >= QUEUED {
            Look::Done(())
        } else {
            Look::Waiting(format!("{waiting} messages"))
        })
    })
    .unwrap();
    assert_eq!(trigger.waiting_messages(), QUEUED);
    let peak = peak.expect("the emulator runs the splitter as a process of this machine");
    assert!(
        peak < PEAK_KILOBYTES,
        "the splitter's memory reached {peak} KiB"
    );
}

#[test]
fn every_transaction_of_a_long_file_is_stored() {
    let test = StackUnderTest::alone("stored");
    let table = test.stack.output("TransactionsTableName").unwrap();
    let before = test.aws.count(table).unwrap();
    upload(&test, STORED);

    wait::until("a row for each transaction", LIMIT, || {
        let stored = test.aws.count(table)? - before;
        Ok::<_, AwsError>(if stored >= STORED {
            Look::Done(())
        } else {
            Look::Waiting(format!("{stored} rows"))
        })
    })
    .unwrap();
    for number in 1..=STORED {
        assert!(test.row(&test.id(number)).is_some());
    }
}

fn upload(test: &StackUnderTest, transactions: u64) {
    let ids: Vec<_> = (1..=transactions).map(|number| test.id(number)).collect();
    let file = batch(ids.iter().map(|id| (id.as_str(), NOTES)));
    test.upload("/inbox/large.xml", &file);
}

/// The largest resident set (`VmHWM` of `proc_pid_status`) of the splitter's processes in this
/// emulator, in KiB; `None` when there is none.
fn splitter_peak_kilobytes(endpoint_url: &str) -> Option<u64> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let splitters = processes.map(|entry| entry.path()).filter(|process| {
        let environment = std::fs::read(process.join("environ")).unwrap_or_default();
        let environment = String::from_utf8_lossy(&environment);
        let mut variables = environment.split('\0');
        let endpoint = format!("AWS_ENDPOINT_URL={endpoint_url}");
        variables.clone().any(|variable| variable == endpoint)
            && variables.any(|variable| {
                variable.starts_with("AWS_LAMBDA_FUNCTION_NAME=")
                    && variable.contains("BatchSplitter")
            })
    });
    splitters
        .filter_map(|process| std::fs::read_to_string(process.join("status")).ok())
        .filter_map(|status| peak_of(&status))
        .max()
}

/// The line is `VmHWM:`, blanks, a number and `kB`.
fn peak_of(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
