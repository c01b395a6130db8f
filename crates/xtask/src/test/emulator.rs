//! The emulator's extensions: their form, their types, and their tests.

use crate::build;
use crate::console::Step;
use crate::stack_home::{project_root, shared_directory};
use crate::toolchain::Toolchain;
use anyhow::Result;

/// Lints the extensions, then runs their tests in the environment that the emulator itself runs in.
pub fn test() -> Result<()> {
    lint()?;
    let toolchain = Toolchain::for_the_stack()?;
    let step = Step::begin("Running the tests of the emulator's extensions.");
    build::tool(&toolchain, "python")
        .called("pytest")
        .args(["-m", "pytest", "-q"])
        .in_directory(&project_root().join("local"))
        .run(&step, &shared_directory().join("pytest.log"))?;
    step.end("The tests of the emulator's extensions passed.");
    Ok(())
}

/// ruff for the form, mypy for the types.
fn lint() -> Result<()> {
    let linters = Toolchain::for_the_linters()?;
    let step = Step::begin("Linting the emulator's extensions.");
    let checks: [(&str, &[&str]); 3] = [
        ("ruff", &["check", "."]),
        ("ruff", &["format", "--check", "."]),
        ("mypy", &[]),
    ];
    for (program, arguments) in checks {
        build::tool(&linters, program)
            .args(arguments)
            .in_directory(&project_root().join("local"))
            .run(&step, &shared_directory().join(format!("{program}.log")))?;
    }
    step.end("ruff and mypy find nothing in the emulator's extensions.");
    Ok(())
}
