//! External programs: their output goes to a log, their last line to the spinner.

use crate::console::Step;
use crate::interrupt;
use crate::problem::Problem;
use anyhow::{Context, Result, ensure};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, PipeReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// One run of an external program.
pub struct Tool {
    name: String,
    command: Command,
}

impl Tool {
    /// `program` is found on `PATH` unless it is a path; nothing is ever asked of the terminal.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let name = PathBuf::from(program);
        let name = name.file_name().unwrap_or(program);
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Self {
            name: name.to_string_lossy().into_owned(),
            command,
        }
    }

    /// How the tool is called in messages, where its program's name is not enough.
    pub fn called(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Adds arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets variables of the environment.
    pub fn envs<V: AsRef<OsStr>>(
        mut self,
        variables: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Self {
        self.command.envs(variables);
        self
    }

    /// Removes the variables whose name begins so from the environment.
    pub fn without_any(self, prefix: &str) -> Self {
        let names = std::env::vars_os().map(|(name, _)| name);
        self.without(names.filter(|name| name.to_string_lossy().starts_with(prefix)))
    }

    /// Removes variables from the environment.
    pub fn without(mut self, variables: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        for variable in variables {
            self.command.env_remove(variable);
        }
        self
    }

    /// Runs in this directory.
    pub fn in_directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Runs to the end; a status other than 0 is a [`Problem`] with the end of the log. The log's
    /// directory is made, as a fresh clone has none.
    pub fn run(self, step: &Step, log: &Path) -> Result<()> {
        let name = self.name.clone();
        let status = self.status(step, log)?;
        ensure!(status.success(), Problem::of_tool(&name, log));
        Ok(())
    }

    /// Runs to the end, whatever the status.
    pub fn status(mut self, step: &Step, log: &Path) -> Result<ExitStatus> {
        let (reader, writer) = std::io::pipe().context("No pipe can be made.")?;
        let errors = writer.try_clone().context("No pipe can be made.")?;
        self.command.stdout(writer).stderr(errors);
        let started = interrupt::spawn_tool(&mut self.command);
        let (mut child, _guard) = started.map_err(|error| cannot_start(&self.name, &error))?;
        // The command holds the pipe's writing end: while it lives, reading never ends.
        drop(self.command);
        let copied = copy_output(reader, step, log);
        let status = child.wait();
        interrupt::stop_here_if_interrupted();
        copied.with_context(|| format!("The log {} cannot be written.", log.display()))?;
        status.with_context(|| format!("The end of {} was not seen.", self.name))
    }

    /// Runs to the end and answers what it wrote to its standard output.
    pub fn output(mut self) -> Result<String> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = interrupt::spawn_tool(&mut self.command);
        let (child, _guard) = started.map_err(|error| cannot_start(&self.name, &error))?;
        let output = child.wait_with_output();
        interrupt::stop_here_if_interrupted();
        let output = output.with_context(|| format!("The end of {} was not seen.", self.name))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "{} failed: {}",
            self.name,
            errors.trim()
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn copy_output(reader: PipeReader, step: &Step, log: &Path) -> std::io::Result<()> {
    if let Some(directory) = log.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut log = File::create(log)?;
    for line in BufReader::new(reader).split(b'\n') {
        let line = line?;
        log.write_all(&line)?;
        log.write_all(b"\n")?;
        let shown = String::from_utf8_lossy(&line);
        if !shown.trim().is_empty() {
            step.show(shown.trim());
        }
    }
    Ok(())
}

fn cannot_start(name: &str, error: &std::io::Error) -> Problem {
    Problem::new(
        format!("{name} cannot be started: {error}."),
        format!("Make sure that {name} is installed and on the PATH."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_of_a_prefix_are_removed_and_no_others() {
        let sees = |prefix| {
            let output = Tool::new("env").without_any(prefix).output().unwrap();
            output.lines().any(|line| line.starts_with("CARGO_PKG_"))
        };
        // The one prefix that every test process has variables of.
        assert!(sees("AWS_"));
        assert!(!sees("CARGO_PKG_"));
    }

    #[test]
    fn the_first_log_of_a_fresh_clone_is_written() {
        let clone = std::env::temp_dir().join(format!("clone-{}", std::process::id()));
        let log = clone.join("not/made/yet.log");
        let step = Step::begin("Writing a log.");
        Tool::new("echo").args(["seen"]).run(&step, &log).unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap(), "seen\n");
        fs::remove_dir_all(clone).unwrap();
    }
}
