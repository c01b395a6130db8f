//! The steps that cargo runs. A test binary that fails is the last to run, so that its failures
//! stand at the end of the log, which is what is shown.

use crate::build::LEFT_BY_CARGO;
use crate::console::Step;
use crate::stack_home::{project_root, shared_directory};
use crate::tool::Tool;
use anyhow::Result;
use std::path::Path;

/// Most of the end-to-end tests wait most of the time, whatever the number of processors.
const TESTS_AT_A_TIME: &str = "8";

/// `cargo fmt`.
pub fn format() -> Result<()> {
    let step = Step::begin("Checking the form of every Rust file.");
    cargo(["fmt", "--all", "--check"]).run(&step, &shared_directory().join("format.log"))?;
    step.end("Every Rust file has rustfmt's form.");
    Ok(())
}

/// `cargo clippy`, also over the tests that need a stack.
pub fn lint() -> Result<()> {
    let step = Step::begin("Linting the workspace with Clippy.");
    cargo([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ])
    .run(&step, &shared_directory().join("lint.log"))?;
    step.end("Clippy has nothing to say.");
    Ok(())
}

/// `cargo test`, without a stack.
pub fn unit() -> Result<()> {
    let step = Step::begin("Running the tests that need no stack.");
    cargo(["test", "--workspace"]).run(&step, &shared_directory().join("unit.log"))?;
    step.end("The tests that need no stack passed.");
    Ok(())
}

/// `cargo test` against the stack that the file describes.
pub fn end_to_end(stack_file: &Path) -> Result<()> {
    let step = Step::begin("Running the end-to-end tests.");
    on_stack(&step, stack_file, &[])?;
    step.end("The end-to-end tests passed.");
    Ok(())
}

/// Those of the end-to-end tests that follow an upload.
pub fn uploads(stack_file: &Path) -> Result<()> {
    let step = Step::begin("Running the end-to-end tests of uploads.");
    on_stack(
        &step,
        stack_file,
        &[
            "file_forms",
            "ledger",
            "repetition",
            "upload_names",
            "uploads",
        ],
    )?;
    step.end("The end-to-end tests of uploads passed.");
    Ok(())
}

fn on_stack(step: &Step, stack_file: &Path, names: &[&str]) -> Result<()> {
    cargo([
        "test",
        // With another selection of packages, what they depend on has other features and is
        // compiled again.
        "--workspace",
        "--features",
        "end-to-end/stack",
        "--test",
        "end_to_end",
        "--",
        "--test-threads",
        TESTS_AT_A_TIME,
    ])
    .args(names)
    .envs([("LOCAL_STACK_FILE", stack_file)])
    .run(step, &shared_directory().join("end-to-end.log"))
}

fn cargo<const N: usize>(arguments: [&str; N]) -> Tool {
    Tool::new("cargo")
        .called(&format!("cargo {}", arguments[0]))
        .args(arguments)
        .without(LEFT_BY_CARGO)
        .in_directory(project_root())
}
