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
#[derive(Default)]
pub struct TestStack {
    up: Option<Running>,
}

/// A stack that is up. Its home is this run's alone while the value lives.
struct Running {
    home: StackHome,
    stack: StackFile,
    _emulator: Option<Guard>,
}

impl TestStack {
    /// The path of the file that describes the stack.
    pub fn file(&mut self) -> Result<PathBuf> {
        Ok(self.running(Parameters::new())?.home.stack_file())
    }

    /// What a client must know of the stack.
    pub fn description(&mut self) -> Result<StackFile> {
        Ok(self.running(Parameters::new())?.stack.clone())
    }

    /// The path of the file that describes the stack, deployed with these parameters instead of
    /// their defaults.
    pub fn file_with(&mut self, parameters: &[(&str, &str)]) -> Result<PathBuf> {
        let parameters = parameters.iter().copied();
        let parameters = parameters.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let parameters: Parameters = parameters.collect();
        let was_up = self.up.is_some();
        let running = self.running(parameters.clone())?;
        if was_up {
            running.stack = up::redeploy(&running.home, &running.stack, &parameters)?;
        }
        Ok(running.home.stack_file())
    }

    /// The stack, brought up with these parameters unless it is up.
    fn running(&mut self, parameters: Parameters) -> Result<&mut Running> {
        if self.up.is_none() {
            self.up = Some(bring_up(parameters)?);
        }
        Ok(self.up.as_mut().expect("it has just been brought up"))
    }

    /// Ends the stack, if it is up.
    pub fn stop(self) -> Result<()> {
        if let Some(running) = self.up {
            emulator::stop(&running.home)?;
        }
        Ok(())
    }
}

fn bring_up(parameters: Parameters) -> Result<Running> {
    let home = StackHome::of_the_tests()?;
    // A stack that an earlier run left behind would lend its rows to the tests.
    emulator::stop(&home)?;
    let ports = Ports::free()?;
    let wishes = Wishes {
        parameters,
        gateway_port: Some(ports.gateway),
        sftp_port: Some(ports.sftp),
    };
    let up = up::up(&home, &wishes)?;
    Ok(Running {
        home,
        stack: up.stack,
        _emulator: up.started,
    })
}
