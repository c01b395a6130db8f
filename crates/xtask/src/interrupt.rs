//! Ctrl-C, SIGTERM and SIGHUP: whatever this command started ends with it.
//!
//! Tools run in process groups of their own, so that the terminal's Ctrl-C reaches this process
//! alone and the order of ending is ours.

use crate::{console, process};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The exit status of a command that was interrupted, as shells have it.
const EXIT_STATUS: i32 = 130;

/// How long a tool may take to end itself.
const TOOL_PATIENCE: Duration = Duration::from_secs(5);

/// How long the emulator may take: with many waiting callbacks it needs up to ten seconds.
pub const EMULATOR_PATIENCE: Duration = Duration::from_secs(15);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static OWNED: Mutex<Vec<Owned>> = Mutex::new(Vec::new());

/// What ends with this command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owned {
    /// A tool and its children.
    Group(i32),
    /// An emulator and its functions.
    Session(i32),
}

impl Owned {
    fn end(self) {
        match self {
            Self::Group(group) => process::end_group(group, TOOL_PATIENCE),
            Self::Session(leader) => process::end_session(leader, EMULATOR_PATIENCE),
        }
    }
}

/// Begins to listen for the signals.
pub fn listen() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        // The lock is never given back: nothing can be started or forgotten any more.
        let owned = owned();
        for each in owned.iter().rev() {
            each.end();
        }
        console::error_line("\nInterrupted. Everything that this command had started is stopped.");
        std::process::exit(EXIT_STATUS);
    })
}

/// Never returns once the command was interrupted; the listener ends the process.
pub fn stop_here_if_interrupted() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// A child that ends with this command, until the guard is dropped or released.
pub struct Guard(Owned);

impl Guard {
    /// Lets the child outlive this command.
    pub fn release(self) {
        forget(self.0);
        std::mem::forget(self);
    }
}

/// An error on the way ends the child, too; ending what has ended already does nothing.
impl Drop for Guard {
    fn drop(&mut self) {
        stop_here_if_interrupted();
        self.0.end();
        forget(self.0);
    }
}

/// Starts a tool in a process group of its own.
pub fn spawn_tool(command: &mut Command) -> std::io::Result<(Child, Guard)> {
    let mut owned = owned();
    let child = command.process_group(0).spawn()?;
    let guard = own(&mut owned, Owned::Group(id(&child)));
    Ok((child, guard))
}

/// Starts a process that makes itself the leader of a session.
pub fn spawn_session(command: &mut Command) -> std::io::Result<(Child, Guard)> {
    let mut owned = owned();
    let child = command.spawn()?;
    let guard = own(&mut owned, Owned::Session(id(&child)));
    Ok((child, guard))
}

fn own(owned: &mut Vec<Owned>, each: Owned) -> Guard {
    owned.push(each);
    Guard(each)
}

fn forget(each: Owned) {
    owned().retain(|other| *other != each);
}

fn owned() -> MutexGuard<'static, Vec<Owned>> {
    OWNED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn id(child: &Child) -> i32 {
    i32::try_from(child.id()).expect("Linux process ids fit into 22 bits")
}
