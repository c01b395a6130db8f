//! `demo`: every flow through the stack's real doors, with the results as tables.
//!
//! One module a flow. Each says what it does, waits for the outcome, prints it, and fails with a
//! sentence that names what is missing or wrong.

mod accounts;
mod async_api;
mod executions;
mod orders;
mod sms;
mod transactions;
mod upload;

use crate::stack_home::StackHome;
use crate::up::{self, Up, Wishes};
use crate::{console, emulator};
use anyhow::{Context, Result};
use local_stack::StackFile;
use std::time::Instant;

/// A flow's title, and the function that runs it.
type Flow = (&'static str, fn(&StackFile) -> Result<()>);

const FLOWS: &[Flow] = &[
    ("Transactions by SFTP and by API", transactions::run),
    ("An order that waits for its shipping service", orders::run),
    ("An asynchronous API with a callback", async_api::run),
    ("Accounts: approved, rejected, reviewed", accounts::run),
    ("A text message through a third party", sms::run),
];

/// Uses the stack that is up, or brings one up for the while; `keep` leaves it up.
pub fn demo(home: &StackHome, keep: bool) -> Result<()> {
    let up = match up::live_stack(home)? {
        Some(stack) => {
            console::line("Using the stack that is up; `cargo xtask up` updates it.");
            Up {
                stack,
                started: None,
            }
        }
        None => up::up(home, &Wishes::default())?,
    };
    let outcome = run_flows(&up.stack);
    let Some(started) = up.started else {
        return outcome;
    };
    if keep {
        up::print_doors(home, &up.stack);
        started.release();
    } else {
        emulator::stop(home)?;
        console::line("The local stack is down again; `cargo xtask demo --keep` leaves it up.");
    }
    outcome
}

/// Runs every flow; the first that fails ends the demonstration.
pub fn run_flows(stack: &StackFile) -> Result<()> {
    let started = Instant::now();
    for (title, run) in FLOWS {
        console::line(format!("\n{title}\n"));
        run(stack).with_context(|| format!("The flow \"{title}\" did not do what it should."))?;
    }
    let seconds = console::seconds(started.elapsed());
    console::line(format!("\nEvery flow did what it should, in {seconds}."));
    Ok(())
}
