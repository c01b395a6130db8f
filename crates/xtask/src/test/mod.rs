//! `test`: everything that CI runs, as named steps in order.

mod api;
mod emulator;
mod fuzz;
mod rust;
mod stack;
mod template;

use crate::demo;
use crate::table::{self, Column};
use crate::{console, problem};
use anyhow::Result;
use clap::ValueEnum;
use stack::TestStack;
use std::time::{Duration, Instant};

/// One step, by the name that the command line has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// Every Rust file has rustfmt's form.
    Format,
    /// Clippy has nothing to say.
    Lint,
    /// Unit, contract, binary and documentation tests, without a stack.
    Unit,
    /// Arbitrary input for everything that reads what comes from outside.
    Fuzz,
    /// The emulator's extensions: linters and tests.
    Emulator,
    /// The template and the workflows pass their validators.
    Template,
    /// The stack does what the contract says, through its real doors.
    EndToEnd,
    /// Every flow of the demonstration.
    Demo,
    /// The API keeps what its OpenAPI document says, whatever it is sent.
    Api,
    /// Uploads told by CloudTrail and run by Express workflows end the same.
    Variants,
}

/// The parameters that change the way of an upload, at the values that are not their defaults.
const VARIANTS: [(&str, &str); 2] = [
    ("UploadEvents", "CloudTrail"),
    ("TransactionWorkflowType", "EXPRESS"),
];

/// How a step ended.
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    NotRun,
}

/// Runs one step, or all of them up to the first that fails. Answers whether all went well.
pub fn test(only: Option<Step>, fuzz_seconds: u32) -> Result<bool> {
    let steps = match only {
        Some(step) => vec![step],
        None => Step::value_variants().to_vec(),
    };
    // One stack serves the steps that need one, and ends with this value.
    let mut stack = TestStack::default();
    let mut outcomes: Vec<(Step, Outcome)> = Vec::new();
    for step in steps {
        let has_failed = |(_, outcome): &(_, Outcome)| matches!(outcome, Outcome::Failed(_));
        let outcome = if outcomes.iter().any(has_failed) {
            Outcome::NotRun
        } else {
            run_timed(step, &mut stack, fuzz_seconds)
        };
        outcomes.push((step, outcome));
    }
    stack.stop()?;
    Ok(print_outcomes(&outcomes))
}

fn run_timed(step: Step, stack: &mut TestStack, fuzz_seconds: u32) -> Outcome {
    let started = Instant::now();
    match run(step, stack, fuzz_seconds) {
        Ok(()) => Outcome::Passed(started.elapsed()),
        Err(error) => {
            problem::report(&error);
            Outcome::Failed(started.elapsed())
        }
    }
}

fn run(step: Step, stack: &mut TestStack, fuzz_seconds: u32) -> Result<()> {
    match step {
        Step::Format => rust::format(),
        Step::Lint => rust::lint(),
        Step::Unit => rust::unit(),
        Step::Fuzz => fuzz::fuzz(fuzz_seconds),
        Step::Emulator => emulator::test(),
        Step::Template => template::validate(),
        Step::EndToEnd => rust::end_to_end(&stack.file()?),
        Step::Demo => demo::run_flows(&stack.description()?),
        Step::Api => api::fuzz(&stack.file()?),
        Step::Variants => rust::uploads(&stack.file_with(&VARIANTS)?),
    }
}

/// The table, and under it the counts alone on the last line.
fn print_outcomes(outcomes: &[(Step, Outcome)]) -> bool {
    let columns = [
        Column::Text("step"),
        Column::Text("result"),
        Column::Number("seconds"),
    ];
    let (mut passed, mut failed, mut total) = (0, 0, Duration::ZERO);
    let mut rows: Vec<_> = outcomes
        .iter()
        .map(|(step, outcome)| {
            let (result, duration) = match outcome {
                Outcome::Passed(duration) => ("passed", Some(duration)),
                Outcome::Failed(duration) => ("failed", Some(duration)),
                Outcome::NotRun => ("not run", None),
            };
            passed += u32::from(matches!(outcome, Outcome::Passed(_)));
            failed += u32::from(matches!(outcome, Outcome::Failed(_)));
            total += duration.copied().unwrap_or_default();
            let seconds = duration.map(seconds).unwrap_or_default();
            [step.name(), result.to_owned(), seconds]
        })
        .collect();
    rows.push(["total".to_owned(), String::new(), seconds(&total)]);
    console::line("");
    table::print(&columns, rows);
    console::line(format!("{passed} passed, {failed} failed"));
    failed == 0
}

fn seconds(duration: &Duration) -> String {
    format!("{:.1}", duration.as_secs_f64())
}

impl Step {
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}
