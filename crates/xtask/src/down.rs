//! `down`: ends the stack; no process stays.

use crate::stack_home::StackHome;
use crate::{console, emulator};
use anyhow::Result;

/// Ends the emulator and its functions.
pub fn down(home: &StackHome) -> Result<()> {
    if emulator::stop(home)? {
        console::line("The local stack is down.");
    } else {
        console::line("The local stack was not up.");
    }
    Ok(())
}
