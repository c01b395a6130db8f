//! The tests of the emulator's extensions, which pytest runs.

use crate::console::Step;
use crate::stack_home::{project_root, shared_directory};
use crate::tool::Tool;
use crate::toolchain::Toolchain;
use anyhow::Result;

/// Runs them in the environment that the emulator itself runs in.
pub fn test() -> Result<()> {
    let toolchain = Toolchain::for_the_stack()?;
    let step = Step::begin("Running the tests of the emulator's extensions.");
    Tool::new(toolchain.program("python"))
        .called("pytest")
        .args(["-m", "pytest", "-q"])
        .envs([("PATH", toolchain.path())])
        .in_directory(&project_root().join("local"))
        .run(&step, &shared_directory().join("pytest.log"))?;
    step.end("The tests of the emulator's extensions passed.");
    Ok(())
}
