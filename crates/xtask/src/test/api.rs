//! The partner-facing API against its OpenAPI document, by schemathesis.

use crate::build;
use crate::console::Step;
use crate::stack_home::shared_directory;
use crate::toolchain::Toolchain;
use anyhow::Result;
use std::path::Path;

/// Sends what the document allows and what it does not to the stack that the file describes. It
/// leaves hundreds of transactions behind, and so it comes last.
pub fn fuzz(stack_file: &Path) -> Result<()> {
    let linters = Toolchain::for_the_linters()?;
    let step = Step::begin("Holding the API against openapi.yaml.");
    build::tool(&linters, "python")
        .called("schemathesis")
        .args(["local/gates/fuzz_api.py"])
        .envs([("LOCAL_STACK_FILE", stack_file)])
        .run(&step, &shared_directory().join("schemathesis.log"))?;
    step.end("The API keeps what openapi.yaml says.");
    Ok(())
}
