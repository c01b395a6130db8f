//! The ports of a stack, all on the loopback interface.

use crate::problem::Problem;
use crate::process;
use anyhow::{Context, Result, bail};
use local_stack::StackFile;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

/// Where the emulator listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// Every AWS API, and the partner-facing API.
    pub gateway: u16,
    /// The SFTP server.
    pub sftp: u16,
}

impl Ports {
    /// Used unless the command line says otherwise.
    pub const DEFAULT: Self = Self {
        gateway: 4566,
        sftp: 2222,
    };

    /// Those of a stack that is up.
    pub fn of(stack: &StackFile) -> Self {
        let gateway = stack.endpoint_url.rsplit(':').next();
        let gateway = gateway.and_then(|port| port.parse().ok());
        Self {
            gateway: gateway.unwrap_or(Self::DEFAULT.gateway),
            sftp: stack.sftp_port,
        }
    }

    /// Two ports that nobody listens on now.
    pub fn free() -> Result<Self> {
        // Both are held until both are known, lest they be the same.
        let (gateway, sftp) = (listen(0)?, listen(0)?);
        Ok(Self {
            gateway: gateway
                .local_addr()
                .context("A port has no number.")?
                .port(),
            sftp: sftp.local_addr().context("A port has no number.")?.port(),
        })
    }

    /// Refuses ports that another program listens on, and names it where that can be seen.
    pub fn ensure_free(self) -> Result<()> {
        ensure_free(self.gateway, "--port")?;
        ensure_free(self.sftp, "--sftp-port")
    }
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).context("No port is free on 127.0.0.1.")
}

fn ensure_free(port: u16, option: &str) -> Result<()> {
    let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) else {
        return Ok(());
    };
    let (cause, remedy) = match error.kind() {
        ErrorKind::AddrInUse => {
            let owner = owner(port).unwrap_or_else(|| "another program".to_owned());
            (
                format!("Port {port} on 127.0.0.1 is taken by {owner}."),
                format!("End that program, or choose another port with {option} NUMBER."),
            )
        }
        _ => (
            format!("Port {port} on 127.0.0.1 cannot be used: {error}."),
            format!("Choose another port with {option} NUMBER."),
        ),
    };
    bail!(Problem::new(cause, remedy))
}

/// The listening process, if this user may see it: `python3 -m http.server (process 4711)`.
fn owner(port: u16) -> Option<String> {
    let socket = format!("socket:[{}]", listening_inode(port)?);
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let pid: i32 = processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .find(|pid| holds(*pid, &socket))?;
    // A program may be given on the command line, as the emulator of another checkout is.
    let command_line = process::command_line(pid);
    let command = command_line.lines().next().unwrap_or_default();
    Some(format!("{command} (process {pid})"))
}

fn holds(pid: i32, socket: &str) -> bool {
    let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd"));
    let mut descriptors = descriptors.into_iter().flatten().flatten();
    descriptors.any(|entry| {
        std::fs::read_link(entry.path()).is_ok_and(|target| target == Path::new(socket))
    })
}

/// `/proc/net/tcp` and `tcp6` have one line a socket: number, local address `host:port` in
/// hexadecimal, remote address, state (0A: listening), five more fields, inode.
fn listening_inode(port: u16) -> Option<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let tables = tables
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok());
    let local_end = format!(":{port:04X}");
    tables.into_iter().find_map(|table| {
        table.lines().find_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let listening = *fields.get(3)? == "0A" && fields.get(1)?.ends_with(&local_end);
            listening.then(|| fields.get(9).map(|inode| (*inode).to_owned()))?
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_refused_with_its_owner() {
        let listener = listen(0).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = ensure_free(port, "--port").unwrap_err().to_string();
        assert!(error.starts_with(&format!("Port {port} on 127.0.0.1 is taken by ")));
        assert!(error.contains(&format!("(process {})", std::process::id())));
    }

    #[test]
    fn free_ports_are_two_and_free() {
        let ports = Ports::free().unwrap();
        assert_ne!(ports.gateway, ports.sftp);
        ports.ensure_free().unwrap();
    }
}
