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

/// How long the emulator may take until it answers; half a second is usual.
const START_LIMIT: Duration = Duration::from_secs(30);

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

/// Whether it answers at this address.
pub fn answers(endpoint_url: &str) -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(5)))
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
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors);
    Ok(command)
}

fn wait_until_it_answers(child: &mut Child, ports: Ports, log: &Path) -> Result<()> {
    let started = Instant::now();
    let endpoint_url = endpoint_url(ports.gateway);
    while !answers(&endpoint_url) {
        let ended = child
            .try_wait()
            .context("The emulator's state is unknown.")?;
        if ended.is_some() {
            interrupt::stop_here_if_interrupted();
            bail!(
                Problem::new(
                    "The emulator ended while it started.",
                    "Its last words say why. If they speak of a missing module, remove .local/venv and repeat the command.",
                )
                .with_log(log)
            );
        }
        if started.elapsed() > START_LIMIT {
            bail!(
                Problem::new(
                    format!(
                        "The emulator did not answer within {} seconds.",
                        START_LIMIT.as_secs()
                    ),
                    "If this machine is busy, repeat the command when it is not; else see the log.",
                )
                .with_log(log)
            );
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed.", path.display()))
        }
        _ => Ok(()),
    }
}
