//! The processes of this machine that the emulator runs functions in.

use crate::aws::Aws;
use nix::unistd::Pid;
use std::io;

impl Aws {
    /// The processes in which this emulator runs the function. Another stack's emulator runs
    /// functions of the same name; they are told apart by the gateway port that they inherit.
    ///
    /// # Errors
    /// This machine has no `/proc`.
    pub fn processes_of(&self, function: &str) -> io::Result<Vec<Pid>> {
        let port = self.endpoint_url.rsplit(':').next().unwrap_or_default();
        let wanted = [
            format!("AWS_LAMBDA_FUNCTION_NAME={function}"),
            format!("GATEWAY_PORT={port}"),
        ];
        let mut processes = Vec::new();
        for entry in std::fs::read_dir("/proc")?.flatten() {
            let pid = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok());
            // A process that has ended or is another user's is none of the emulator's.
            let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
            let variables: Vec<_> = environment.split(|byte| *byte == 0).collect();
            let has = |variable: &String| variables.contains(&variable.as_bytes());
            if let Some(pid) = pid
                && wanted.iter().all(has)
            {
                processes.push(Pid::from_raw(pid));
            }
        }
        Ok(processes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Child, Command};

    fn function(port: &str) -> Child {
        Command::new("sleep")
            .arg("60")
            .env("AWS_LAMBDA_FUNCTION_NAME", "stack-Function")
            .env("GATEWAY_PORT", port)
            .spawn()
            .unwrap()
    }

    #[test]
    fn a_function_of_the_same_name_on_another_stack_is_not_found() {
        let mut children = [function("65001"), function("65002")];
        let aws = Aws::new("http://127.0.0.1:65001", "us-east-1");
        let own = i32::try_from(children[0].id()).unwrap();
        // A child has its environment only once it has become the other program.
        let found = (0..100).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            let found = aws.processes_of("stack-Function").unwrap();
            (!found.is_empty()).then_some(found)
        });
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert_eq!(found, Some(vec![Pid::from_raw(own)]));
    }
}
