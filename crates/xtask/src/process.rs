//! Processes of this machine by id: whether they live, what they are, and how they end.

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(50);

/// Whether the process exists and is no zombie.
pub fn is_alive(pid: i32) -> bool {
    Stat::of(pid).is_some_and(|stat| !stat.is_zombie)
}

/// The process's command line, with blanks between the arguments; empty when it is gone.
pub fn command_line(pid: i32) -> String {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line)
        .replace('\0', " ")
        .trim()
        .to_owned()
}

/// Ends a process group: SIGTERM, and SIGKILL for what is still there after `patience`.
pub fn end_group(group: i32, patience: Duration) {
    let _ = killpg(Pid::from_raw(group), Signal::SIGTERM);
    wait_until(patience, || members(|stat| stat.group == group).is_empty());
    let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
}

/// Ends a session: SIGTERM to its leader, which ends its own children, and SIGKILL for whatever
/// of the session is still there after `patience`.
pub fn end_session(leader: i32, patience: Duration) {
    let _ = kill(Pid::from_raw(leader), Signal::SIGTERM);
    wait_until(patience, || !is_alive(leader));
    for member in members(|stat| stat.session == leader) {
        let _ = kill(Pid::from_raw(member), Signal::SIGKILL);
    }
    wait_until(patience, || {
        members(|stat| stat.session == leader).is_empty()
    });
}

/// Whether any process of the session lives.
pub fn session_is_alive(leader: i32) -> bool {
    !members(|stat| stat.session == leader).is_empty()
}

fn wait_until(limit: Duration, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() && start.elapsed() < limit {
        std::thread::sleep(POLL);
    }
}

fn members(belongs: impl Fn(&Stat) -> bool) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| Stat::of(*pid).is_some_and(|stat| !stat.is_zombie && belongs(&stat)))
        .collect()
}

/// The part of `/proc/<pid>/stat` that matters here (its manual page is `proc_pid_stat`).
struct Stat {
    is_zombie: bool,
    group: i32,
    session: i32,
}

impl Stat {
    fn of(pid: i32) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The second field is the program's name in parentheses and may hold any character, so the
    /// fields are counted from its last parenthesis: state, parent, group, session.
    fn parse(line: &str) -> Option<Self> {
        let (_, rest) = line.rsplit_once(')')?;
        let mut fields = rest.split_whitespace();
        let state = fields.next()?;
        let group = fields.nth(1)?.parse().ok()?;
        let session = fields.next()?.parse().ok()?;
        Some(Self {
            is_zombie: matches!(state, "Z" | "X"),
            group,
            session,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    #[test]
    fn a_name_with_blanks_and_parentheses_is_skipped() {
        let stat = Stat::parse("42 (a ) b) S 1 7 9 0 -1").unwrap();
        assert_eq!((stat.is_zombie, stat.group, stat.session), (false, 7, 9));
    }

    #[test]
    fn a_group_is_ended_with_the_children_of_its_leader() {
        let mut shell = Command::new("sh")
            .args(["-c", "sleep 600 & sleep 600"])
            .process_group(0)
            .spawn()
            .unwrap();
        let group = shell.id().try_into().unwrap();
        end_group(group, Duration::from_secs(5));
        shell.wait().unwrap();
        assert!(members(|stat| stat.group == group).is_empty());
    }

    #[test]
    fn this_process_is_alive_and_has_a_command_line() {
        let this = std::process::id().try_into().unwrap();
        assert!(is_alive(this));
        assert!(command_line(this).contains("xtask"));
    }
}
