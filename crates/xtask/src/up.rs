//! `up`: builds, starts and deploys; a stack that runs already is updated.

use crate::deploy::{self, Parameters};
use crate::interrupt::Guard;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::stack_home::StackHome;
use crate::toolchain::Toolchain;
use crate::{build, console, description, emulator};
use anyhow::{Result, ensure};
use local_stack::{KeyPair, StackFile, provider};
use std::path::Path;

/// What the command line asks of the stack.
#[derive(Default)]
pub struct Wishes {
    /// Template parameters that differ from their defaults.
    pub parameters: Parameters,
    /// Another port than the default, or than that of the running stack.
    pub gateway_port: Option<u16>,
    /// The same for the SFTP server.
    pub sftp_port: Option<u16>,
}

/// A stack that is up, and the emulator's guard if this command started it.
pub struct Up {
    /// What a client must know.
    pub stack: StackFile,
    /// `None`: the stack was up already.
    pub started: Option<Guard>,
}

/// Brings the stack up.
pub fn up(home: &StackHome, wishes: &Wishes) -> Result<Up> {
    let _lock = home.lock()?;
    let running = live_stack(home);
    let ports = wishes.ports(running.as_ref())?;
    if running.is_none() {
        // What a killed command left behind, which may hold the ports.
        emulator::stop(home)?;
        ports.ensure_free()?;
    }
    let toolchain = Toolchain::for_the_stack()?;
    build::build(&toolchain)?;
    let key_pair = KeyPair::load_or_generate(&home.private_key())?;
    let started = match running {
        Some(_) => None,
        None => Some(emulator::start(home, &toolchain, ports)?),
    };
    let mut overrides = Parameters::from([
        ("Architecture".to_owned(), build::architecture().to_owned()),
        ("SshPublicKeyParameter".to_owned(), key_pair.public_key()?),
        // No account of a real provider is needed, and no message leaves this machine.
        (
            "ThirdPartyEndpoint".to_owned(),
            provider::default_endpoint(ports.gateway),
        ),
    ]);
    overrides.extend(wishes.parameters.clone());
    let parameters = deploy::deploy(home, &toolchain, ports.gateway, &overrides)?;
    let stack = description::write(home, ports, &parameters)?;
    Ok(Up { stack, started })
}

/// The stack of this home, if it is up.
pub fn live_stack(home: &StackHome) -> Option<StackFile> {
    emulator::running(home)?;
    let stack = StackFile::load(&home.stack_file()).ok()?;
    emulator::answers(&stack.endpoint_url).then_some(stack)
}

impl Wishes {
    fn ports(&self, running: Option<&StackFile>) -> Result<Ports> {
        let Some(stack) = running else {
            return Ok(Ports {
                gateway: self.gateway_port.unwrap_or(Ports::DEFAULT.gateway),
                sftp: self.sftp_port.unwrap_or(Ports::DEFAULT.sftp),
            });
        };
        let gateway = stack.endpoint_url.rsplit(':').next();
        let gateway = gateway.and_then(|port| port.parse().ok());
        let ports = Ports {
            gateway: gateway.unwrap_or(Ports::DEFAULT.gateway),
            sftp: stack.sftp_port,
        };
        let stays = self.gateway_port.is_none_or(|port| port == ports.gateway)
            && self.sftp_port.is_none_or(|port| port == ports.sftp);
        ensure!(
            stays,
            Problem::new(
                format!(
                    "The running stack listens on {} and {}.",
                    ports.gateway, ports.sftp
                ),
                "End it with `cargo xtask down`, then start it on the other ports.",
            )
        );
        Ok(ports)
    }
}

/// Prints the stack's doors and what to type.
pub fn print_doors(home: &StackHome, stack: &StackFile) {
    let api = stack.output("ApiUrl").unwrap_or_default();
    console::line("\nThe local stack is up.\n");
    console::line(format!("  AWS APIs      {}", stack.endpoint_url));
    console::line(format!("  Partner API   {api}"));
    console::line(format!("  Bearer token  {}", stack.api_token));
    if stack.output("SftpEndpoint").is_ok() {
        console::line(format!(
            "  SFTP          {}@{} port {}",
            stack.sftp_user, stack.sftp_host, stack.sftp_port
        ));
    }
    console::line(format!("  All of it     {}", home.stack_file().display()));
    console::line("\nUpload a batch, then post a single transaction:\n");
    console::line(format!("  {}", sftp_command(stack)));
    console::line("    put events/partner/transactions.xml /inbox/\n");
    console::line(format!("  {}", curl_command(stack, api)));
    console::line("\n`cargo xtask demo` runs every flow; `cargo xtask down` ends the stack.");
}

fn sftp_command(stack: &StackFile) -> String {
    // The emulator makes a new host key at every start; remembering one would be in the way.
    format!(
        "sftp -P {} -i {} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null {}@{}",
        stack.sftp_port,
        shell_path(&stack.sftp_private_key),
        stack.sftp_user,
        stack.sftp_host
    )
}

fn curl_command(stack: &StackFile, api: &str) -> String {
    format!(
        "curl -sS -H 'Authorization: Bearer {}' -d transactionId=13 --data-urlencode 'transactionMessage=Transaction made between user 1 and user 2.' {api}/transactions",
        stack.api_token
    )
}

fn shell_path(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    if path.chars().all(plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_blank_is_quoted() {
        assert_eq!(shell_path(Path::new("/a b/it's")), r"'/a b/it'\''s'");
        assert_eq!(shell_path(Path::new("/a/b_c-d.e")), "/a/b_c-d.e");
    }
}
