//! Whether there is room for what a command is about to make.

use crate::problem::Problem;
use anyhow::{Context, Result, ensure};
use nix::sys::statvfs::statvfs;
use std::path::Path;

/// What the Python tools (0.5 GB) and the compiled functions need the first time, with room to
/// spare for the emulator.
const NEEDED_BYTES: u64 = 3_000_000_000;

/// What a run needs that finds everything made already.
const NEEDED_AGAIN_BYTES: u64 = 500_000_000;

/// Refuses to begin on a disk that is nearly full. `first_time`: nothing was made yet.
pub fn ensure_room(directory: &Path, first_time: bool) -> Result<()> {
    let status = statvfs(directory)
        .with_context(|| format!("The free space of {} is unknown.", directory.display()))?;
    let free = status.blocks_available() * status.fragment_size();
    let needed = if first_time {
        NEEDED_BYTES
    } else {
        NEEDED_AGAIN_BYTES
    };
    ensure!(
        free >= needed,
        Problem::new(
            format!(
                "The disk is nearly full: {} MB are free, {} MB are needed.",
                free / 1_000_000,
                needed / 1_000_000
            ),
            "Free some space and repeat the command.",
        )
    );
    Ok(())
}
