//! The emulator's process: started in a session of its own, ended with every function in it.

use crate::console::Step;
use crate::interrupt::{self, EMULATOR_PATIENCE, Guard};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::process;
use crate::stack_home::{StackHome, project_root};
use crate::toolchain::Toolchain;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the emulator may take until it answers. Half a second is usual, but the machine may be
/// busy, or the emulator with a large file.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// Becomes the leader of a session, which every function belongs to as well, and then the
/// emulator. The words are also how its process is told from another of the same id.
const LAUNCH: &str = "\
import os, runpy, sys
os.setsid()
sys.argv = ['emulator']
runpy.run_module('emulator', run_name='__main__', alter_sys=True)";

/// What of this machine's environment the emulator needs. Its functions inherit all that it has,
/// so it gets nothing else.
const INHERITED: &[&str] = &["HOME", "SSL_CERT_FILE"];

/// The address of the emulator's AWS APIs, without a slash at its end.
pub fn endpoint_url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Starts the emulator and waits until it answers. It ends with the guard, unless that is
/// released.
pub fn start(home: &StackHome, toolchain: &Toolchain, ports: Ports) -> Result<Guard> {
    let step = Step::begin("Starting the emulator.");
    // The build took its time: somebody else's emulator must not be taken for ours.
    ports.ensure_free()?;
    let log = home.log("emulator");
    let mut command = command(home, toolchain, ports, &log)?;
    let started = interrupt::spawn_session(&mut command);
    let (mut child, guard) = started.context("The emulator cannot be started.")?;
    let pid_file = home.pid_file();
    std::fs::write(&pid_file, format!("{}\n", child.id()))
        .with_context(|| format!("{} cannot be written.", pid_file.display()))?;
    wait_until_it_answers(&mut child, ports, &log)?;
    step.end("Started the emulator.");
    Ok(guard)
}

/// The process id of the running emulator.
pub fn running(home: &StackHome) -> Option<i32> {
    let pid = std::fs::read_to_string(home.pid_file()).ok()?;
    let pid = pid.trim().parse().ok()?;
    let is_ours = process::command_line(pid).contains(LAUNCH);
    (is_ours && process::is_alive(pid)).then_some(pid)
}

/// How an emulator does.
#[derive(Debug, PartialEq, Eq)]
pub enum Health {
    /// It answers.
    Answers,
    /// Its process has ended.
    Ended,
    /// It lives, and has not answered for [`ANSWER_LIMIT`].
    Silent,
}

/// Waits until the emulator at this address answers, has ended, or has had its time.
pub fn watch(endpoint_url: &str, mut has_ended: impl FnMut() -> Result<bool>) -> Result<Health> {
    let started = Instant::now();
    loop {
        if has_ended()? {
            return Ok(Health::Ended);
        }
        if answers(endpoint_url) {
            return Ok(Health::Answers);
        }
        if started.elapsed() > ANSWER_LIMIT {
            return Ok(Health::Silent);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn answers(endpoint_url: &str) -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .proxy(None)
        .timeout_global(Some(ANSWER_LIMIT))
        .build()
        .into();
    agent
        .get(format!("{endpoint_url}/_ministack/health"))
        .call()
        .is_ok()
}

/// Ends the emulator and every function in it, and removes what described it. Answers whether
/// there was anything to end.
pub fn stop(home: &StackHome) -> Result<bool> {
    let running = running(home).or_else(|| orphaned_session(home));
    for file in [home.stack_file(), home.function_environments()] {
        remove_if_there(&file)?;
    }
    if let Some(leader) = running {
        process::end_session(leader, EMULATOR_PATIENCE);
        if process::session_is_alive(leader) {
            bail!(Problem::new(
                format!("The emulator (process {leader}) cannot be ended."),
                format!("End it yourself: kill -9 {leader}"),
            ));
        }
    }
    remove_if_there(&home.pid_file())?;
    let _ = std::fs::remove_dir_all(home.temporary());
    Ok(running.is_some())
}

/// Functions outlive an emulator that was killed; their session still bears its process id,
/// which the kernel gives to no other process as long as the session lives.
fn orphaned_session(home: &StackHome) -> Option<i32> {
    let pid = std::fs::read_to_string(home.pid_file()).ok()?;
    let pid = pid.trim().parse().ok()?;
    let leader_is_gone = process::command_line(pid).is_empty();
    (leader_is_gone && process::session_is_alive(pid)).then_some(pid)
}

fn command(home: &StackHome, toolchain: &Toolchain, ports: Ports, log: &Path) -> Result<Command> {
    let temporary = home.temporary();
    std::fs::create_dir_all(&temporary)
        .with_context(|| format!("{} cannot be made.", temporary.display()))?;
    let output =
        File::create(log).with_context(|| format!("{} cannot be written.", log.display()))?;
    let errors = output.try_clone().context("The log cannot be shared.")?;
    let inherited = INHERITED
        .iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut command = Command::new(toolchain.program("python"));
    command
        .args(["-c", LAUNCH])
        .current_dir(project_root())
        .env_clear()
        .envs(inherited)
        .env("PATH", toolchain.path())
        .env("LANG", "C.UTF-8")
        .env("PYTHONPATH", project_root().join("local"))
        .env("PYTHONUNBUFFERED", "1")
        .env("TMPDIR", temporary)
        .env("GATEWAY_PORT", ports.gateway.to_string())
        .env("SFTP_PORT", ports.sftp.to_string())
        .env("SFTP_HOST_KEY", home.host_key())
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors);
    Ok(command)
}

fn wait_until_it_answers(child: &mut Child, ports: Ports, log: &Path) -> Result<()> {
    let has_ended = || {
        let ended = child.try_wait();
        Ok(ended.context("The emulator's state is unknown.")?.is_some())
    };
    let problem = match watch(&endpoint_url(ports.gateway), has_ended)? {
        Health::Answers => return Ok(()),
        Health::Ended => Problem::new(
            "The emulator ended while it started.",
            "Its last words say why. If they speak of a missing module, remove .local/venv and repeat the command.",
        ),
        Health::Silent => Problem::new(
            format!(
                "The emulator did not answer within {} seconds.",
                ANSWER_LIMIT.as_secs()
            ),
            "If this machine is busy, repeat the command when it is not; else see the log.",
        ),
    };
    interrupt::stop_here_if_interrupted();
    bail!(problem.with_log(log))
}

fn remove_if_there(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed.", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    #[test]
    fn an_emulator_that_is_slow_to_answer_is_not_gone() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = endpoint_url(listener.local_addr().unwrap().port());
        let busy = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]).unwrap();
            std::thread::sleep(Duration::from_secs(6));
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(answer.as_bytes()).unwrap();
        });
        assert_eq!(watch(&url, || Ok(false)).unwrap(), Health::Answers);
        busy.join().unwrap();
        assert_eq!(watch(&url, || Ok(true)).unwrap(), Health::Ended);
    }
}
