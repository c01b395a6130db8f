//! Where things are: the project's files, and the directory where one local stack keeps its own.

use crate::console;
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

/// What all stacks of this project share: the Python environments, the build and its logs.
pub fn shared_directory() -> PathBuf {
    project_root().join(".local")
}

/// Keeps other commands away from something shared while the answer lives; waits for its turn.
/// `name` is that of the lock's file, and `what` fits after "which is at".
pub fn lock_shared(name: &str, what: &str) -> Result<File> {
    let directory = shared_directory();
    let (file, path) = lock_file(&directory, name)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => {
            console::line(format!(
                "Waiting for another cargo xtask, which is at {what}."
            ));
        }
        Err(TryLockError::Error(_)) => {}
    }
    let locked = file.lock();
    locked.with_context(|| format!("{} cannot be locked.", path.display()))?;
    Ok(file)
}

fn lock_file(directory: &Path, name: &str) -> Result<(File, PathBuf)> {
    std::fs::create_dir_all(directory)
        .with_context(|| format!("{} cannot be made.", directory.display()))?;
    let path = directory.join(name);
    let file =
        File::create(&path).with_context(|| format!("{} cannot be written.", path.display()))?;
    Ok((file, path))
}

/// The directory of one local stack, which is this command's alone while the value lives.
pub struct StackHome {
    directory: PathBuf,
    _lock: File,
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
        let (file, path) = lock_file(&directory, "lock")?;
        match file.try_lock() {
            Ok(()) => Ok(Self {
                directory,
                _lock: file,
            }),
            Err(TryLockError::WouldBlock) => bail!(Problem::new(
                "Another cargo xtask is at work on this stack.",
                "Wait for it to end, or end it with Ctrl-C, and repeat the command.",
            )),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{} cannot be locked.", path.display()))
            }
        }
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

    /// The SFTP server's key, which outlives the emulator.
    pub fn host_key(&self) -> PathBuf {
        self.directory.join("host_key")
    }

    /// Where the printed SFTP command remembers the server's key.
    pub fn known_hosts(&self) -> PathBuf {
        self.directory.join("known_hosts")
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_belongs_to_one_command_until_it_ends() {
        let directory = std::env::temp_dir().join(format!("home-{}", std::process::id()));
        let home = StackHome::at(directory.clone()).unwrap();
        let refused = StackHome::at(directory.clone()).err().unwrap();
        assert!(refused.to_string().starts_with("Another cargo xtask"));
        drop(home);
        // A process that another test is about to start may still hold a copy of the lock.
        let free = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            StackHome::at(directory.clone()).is_ok()
        });
        assert!(free);
        std::fs::remove_dir_all(directory).unwrap();
    }
}
