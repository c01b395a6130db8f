//! The tests' own stack, on free ports: it does not disturb one that is up.

use crate::deploy::Parameters;
use crate::emulator;
use crate::interrupt::Guard;
use crate::ports::Ports;
use crate::stack_home::StackHome;
use crate::up::{self, Wishes};
use anyhow::Result;
use local_stack::StackFile;
use std::path::PathBuf;

/// Brought up by the first step that asks for it.
pub struct TestStack {
    home: StackHome,
    up: Option<(StackFile, Option<Guard>)>,
}

impl TestStack {
    /// A stack that is not up yet. Its home is this run's alone while the value lives.
    pub fn new(home: StackHome) -> Self {
        Self { home, up: None }
    }

    /// The path of the file that describes the stack.
    pub fn file(&mut self) -> Result<PathBuf> {
        self.description()?;
        Ok(self.home.stack_file())
    }

    /// What a client must know of the stack.
    pub fn description(&mut self) -> Result<StackFile> {
        match &self.up {
            Some((stack, _)) => Ok(stack.clone()),
            None => self.bring_up(Parameters::new()),
        }
    }

    /// The path of the file that describes the stack, deployed with these parameters instead of
    /// their defaults.
    pub fn file_with(&mut self, parameters: &[(&str, &str)]) -> Result<PathBuf> {
        let parameters = parameters.iter().copied();
        let parameters = parameters.map(|(key, value)| (key.to_owned(), value.to_owned()));
        match &mut self.up {
            Some((stack, _)) => *stack = up::redeploy(&self.home, stack, &parameters.collect())?,
            None => {
                self.bring_up(parameters.collect())?;
            }
        }
        Ok(self.home.stack_file())
    }

    fn bring_up(&mut self, parameters: Parameters) -> Result<StackFile> {
        // A stack that an earlier run left behind would lend its rows to the tests.
        emulator::stop(&self.home)?;
        let ports = Ports::free()?;
        let wishes = Wishes {
            parameters,
            gateway_port: Some(ports.gateway),
            sftp_port: Some(ports.sftp),
        };
        let up = up::up(&self.home, &wishes)?;
        self.up = Some((up.stack.clone(), up.started));
        Ok(up.stack)
    }

    /// Ends the stack, if it is up.
    pub fn stop(self) -> Result<()> {
        if self.up.is_some() {
            emulator::stop(&self.home)?;
        }
        Ok(())
    }
}
