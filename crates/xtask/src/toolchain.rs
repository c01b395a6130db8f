//! The Python tools in environments of their own: SAM CLI, cargo-lambda and the emulator for
//! every command, the linters for `test` alone. Nothing outside `.local/` is touched.

use crate::console::Step;
use crate::disk;
use crate::python::{self, Python};
use crate::stack_home::{lock_shared, project_root, shared_directory};
use crate::tool::Tool;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A virtual environment with one set of requirements.
struct Requirements {
    /// The environment's directory below `.local/`, and its log's name.
    name: &'static str,
    /// Installed with what they depend on.
    complete: &'static [&'static str],
    /// Installed alone: what they depend on is not wanted (cargo-lambda's is a compiler of
    /// 400 MB that the local build goes without).
    alone: &'static [&'static str],
    /// What the environment is for, to fit after "Installing".
    contents: &'static str,
}

const STACK: Requirements = Requirements {
    name: "venv",
    complete: &["local/requirements.txt"],
    alone: &["local/requirements-no-deps.txt"],
    contents: "the Python tools: SAM CLI, cargo-lambda and the emulator",
};

const LINTERS: Requirements = Requirements {
    name: "venv-lint",
    complete: &[
        "local/requirements-lint.txt",
        "crates/xtask/asl-validator/requirements.txt",
    ],
    alone: &[],
    contents: "the linters of the template and the workflows",
};

/// An environment that is complete.
#[derive(Clone)]
pub struct Toolchain {
    directory: PathBuf,
}

impl Toolchain {
    /// SAM CLI, cargo-lambda and the emulator. Costs nothing when they stand already.
    pub fn for_the_stack() -> Result<Self> {
        Self::ready(&STACK)
    }

    /// The linters.
    pub fn for_the_linters() -> Result<Self> {
        Self::ready(&LINTERS)
    }

    /// The path of one of the environment's programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.directory.join("bin").join(name)
    }

    /// `PATH` with the environment's programs before all others.
    pub fn path(&self) -> OsString {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let inherited = std::env::split_paths(&inherited);
        let all = std::iter::once(self.directory.join("bin")).chain(inherited);
        std::env::join_paths(all).expect("parts of a PATH, and a directory without a colon")
    }

    fn ready(requirements: &Requirements) -> Result<Self> {
        let _lock = lock_shared(
            &format!("{}.lock", requirements.name),
            "the same Python environment",
        )?;
        let directory = shared_directory().join(requirements.name);
        let toolchain = Self { directory };
        let stamp_file = toolchain.directory.join("requirements.stamp");
        let python = python::find()?;
        let stamp = requirements.stamp(&python)?;
        let stamped = std::fs::read_to_string(&stamp_file).ok();
        disk::ensure_room(project_root(), stamped.is_none())?;
        if stamped.as_deref() == Some(&stamp) {
            return Ok(toolchain);
        }
        // From here until the new stamp the environment is neither the old one nor the new one.
        let _ = std::fs::remove_file(&stamp_file);
        toolchain.install(requirements, &python.executable)?;
        std::fs::write(&stamp_file, stamp)
            .with_context(|| format!("{} cannot be written.", stamp_file.display()))?;
        Ok(toolchain)
    }

    fn install(&self, requirements: &Requirements, python: &str) -> Result<()> {
        let contents = requirements.contents;
        let step = Step::begin(&format!(
            "Installing {contents} (about a minute the first time)."
        ));
        let log = shared_directory().join(format!("{}.log", requirements.name));
        Tool::new(python)
            .called("python -m venv")
            .args(["-m", "venv", "--clear"])
            .args([&self.directory])
            .run(&step, &log)?;
        self.pip(&step, &log, &[], requirements.complete)?;
        if !requirements.alone.is_empty() {
            self.pip(&step, &log, &["--no-deps"], requirements.alone)?;
        }
        step.end(&format!("Installed {contents}."));
        Ok(())
    }

    fn pip(&self, step: &Step, log: &Path, options: &[&str], files: &[&str]) -> Result<()> {
        let files = files.iter().flat_map(|file| ["--requirement", file]);
        Tool::new(self.program("python"))
            .called("pip install")
            .args([
                "-m",
                "pip",
                "install",
                "--no-input",
                "--disable-pip-version-check",
            ])
            .args(options)
            .args(files)
            .in_directory(project_root())
            .run(step, log)
    }
}

impl Requirements {
    /// All that the environment is made of: it stands on its path and on its interpreter's, too.
    fn stamp(&self, python: &Python) -> Result<String> {
        let root = project_root();
        let Python {
            executable,
            version,
        } = python;
        let mut stamp = format!("{}\n{executable} {version}\n", root.display());
        for file in self.complete.iter().chain(self.alone) {
            let text = std::fs::read_to_string(root.join(file))
                .with_context(|| format!("{file} cannot be read."))?;
            stamp.push_str(&text);
        }
        Ok(stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_elsewhere_is_another_environment() {
        let stamp = |executable: &str| {
            let python = Python {
                executable: executable.to_owned(),
                version: "3.11".to_owned(),
            };
            STACK.stamp(&python).unwrap()
        };
        assert_ne!(stamp("/usr/bin/python3"), stamp("/opt/python/bin/python3"));
    }
}
