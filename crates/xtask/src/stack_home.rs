//! Where things are: the project's files, and the directory where one local stack keeps its own.

use crate::problem::Problem;
use anyhow::{Context, Result, bail};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The project's root directory.
pub fn project_root() -> &'static Path {
    // crates/xtask is two levels below the root.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the crate lies in crates/xtask")
}

/// What all stacks of this project share: the Python environments and the build's logs.
pub fn shared_directory() -> PathBuf {
    project_root().join(".local")
}

/// The directory of one local stack.
#[derive(Clone)]
pub struct StackHome {
    directory: PathBuf,
}

impl StackHome {
    /// The stack of `up`, `down` and `demo`.
    pub fn of_the_user() -> Result<Self> {
        Self::at(shared_directory())
    }

    /// The stack of `test`, which does not disturb the user's.
    pub fn of_the_tests() -> Result<Self> {
        Self::at(shared_directory().join("test"))
    }

    fn at(directory: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&directory)
            .with_context(|| format!("{} cannot be made.", directory.display()))?;
        Ok(Self { directory })
    }

    /// What a client must know of the stack; the file stands while the stack is usable.
    pub fn stack_file(&self) -> PathBuf {
        self.directory.join("stack.json")
    }

    /// Every function's environment, for `sam local invoke --env-vars`.
    pub fn function_environments(&self) -> PathBuf {
        self.directory.join("env.json")
    }

    /// The emulator's process id.
    pub fn pid_file(&self) -> PathBuf {
        self.directory.join("emulator.pid")
    }

    /// The first partner's private key.
    pub fn private_key(&self) -> PathBuf {
        self.directory.join("partner_key")
    }

    /// The parameters of the last deployment.
    pub fn parameters(&self) -> PathBuf {
        self.directory.join("parameters.yaml")
    }

    /// Where the emulator and its functions keep temporary files.
    pub fn temporary(&self) -> PathBuf {
        self.directory.join("tmp")
    }

    /// The log of one tool.
    pub fn log(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.log"))
    }

    /// Keeps other commands away from this stack while the answer lives.
    pub fn lock(&self) -> Result<File> {
        let path = self.directory.join("lock");
        let file = File::create(&path)
            .with_context(|| format!("{} cannot be written.", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => bail!(Problem::new(
                "Another cargo xtask is at work on this stack.",
                "Wait for it to end, or end it with Ctrl-C, and repeat the command.",
            )),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{} cannot be locked.", path.display()))
            }
        }
    }
}
