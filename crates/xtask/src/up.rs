//! `up`: builds, starts and deploys; a stack that runs already is updated.

use crate::deploy::{self, Parameters};
use crate::emulator::{self, Health};
use crate::interrupt::Guard;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::stack_home::StackHome;
use crate::toolchain::Toolchain;
use crate::{build, console, description};
use anyhow::{Result, bail, ensure};
use local_stack::{KeyPair, StackFile, provider};

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
    let running = live_stack(home)?;
    let ports = wishes.ports(running.as_ref())?;
    let parameters = parameters(home, ports, &wishes.parameters)?;
    if running.is_none() {
        // What a killed command left behind, which may hold the ports.
        emulator::stop(home)?;
        ports.ensure_free()?;
    }
    let toolchain = Toolchain::for_the_stack()?;
    let _lock = build::lock()?;
    build::build(&toolchain)?;
    let started = match running {
        Some(_) => None,
        None => Some(emulator::start(home, &toolchain, ports)?),
    };
    deploy::deploy(home, &toolchain, ports.gateway, &parameters)?;
    let stack = description::write(home, ports, &parameters)?;
    Ok(Up { stack, started })
}

/// Deploys what was built before to the running stack, with other parameters.
pub fn redeploy(home: &StackHome, stack: &StackFile, overrides: &Parameters) -> Result<StackFile> {
    let ports = Ports::of(stack);
    let parameters = parameters(home, ports, overrides)?;
    let toolchain = Toolchain::for_the_stack()?;
    let _lock = build::lock()?;
    deploy::deploy(home, &toolchain, ports.gateway, &parameters)?;
    description::write(home, ports, &parameters)
}

/// The value of every parameter: what was asked for, the local stack's own, the defaults.
fn parameters(home: &StackHome, ports: Ports, overrides: &Parameters) -> Result<Parameters> {
    let key_pair = KeyPair::load_or_generate(&home.private_key())?;
    let mut parameters = Parameters::from([
        ("Architecture".to_owned(), build::architecture().to_owned()),
        ("SshPublicKeyParameter".to_owned(), key_pair.public_key()?),
        // No account of a real provider is needed, and no message leaves this machine.
        (
            "ThirdPartyEndpoint".to_owned(),
            provider::default_endpoint(ports.gateway),
        ),
    ]);
    parameters.extend(overrides.clone());
    deploy::parameters(&parameters)
}

/// The stack of this home, if it is up. An emulator that lives and does not answer is busy, not
/// gone: nothing is taken from it.
pub fn live_stack(home: &StackHome) -> Result<Option<StackFile>> {
    let Ok(stack) = StackFile::load(&home.stack_file()) else {
        return Ok(None);
    };
    let has_ended = || Ok(emulator::running(home).is_none());
    match emulator::watch(&stack.endpoint_url, has_ended)? {
        Health::Answers => Ok(Some(stack)),
        Health::Ended => Ok(None),
        Health::Silent => bail!(Problem::new(
            "The running emulator does not answer.",
            "If this machine is busy, repeat the command when it is not; else end the stack with `cargo xtask down`.",
        )),
    }
}

impl Wishes {
    fn ports(&self, running: Option<&StackFile>) -> Result<Ports> {
        let Some(stack) = running else {
            return Ok(Ports {
                gateway: self.gateway_port.unwrap_or(Ports::DEFAULT.gateway),
                sftp: self.sftp_port.unwrap_or(Ports::DEFAULT.sftp),
            });
        };
        let ports = Ports::of(stack);
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
    let has_sftp = stack.output("SftpEndpoint").is_ok();
    if has_sftp {
        console::line(format!(
            "  SFTP          {}@{} port {}",
            stack.sftp_user, stack.sftp_host, stack.sftp_port
        ));
    }
    console::line(format!("  All of it     {}", home.stack_file().display()));
    if has_sftp {
        console::line("\nUpload a batch:\n");
        console::line(format!("  {}", sftp_command(home, stack)));
        console::line("    put events/partner/transactions.xml /inbox/");
    }
    console::line("\nPost a single transaction:\n");
    console::line(format!("  {}", curl_command(stack, api)));
    console::line("\n`cargo xtask demo` runs every flow; `cargo xtask down` ends the stack.");
}

fn sftp_command(home: &StackHome, stack: &StackFile) -> String {
    // SSH itself splits the option at blanks that are not within quotes.
    let known_hosts = format!("UserKnownHostsFile=\"{}\"", home.known_hosts().display());
    format!(
        "sftp -P {} -i {} -o StrictHostKeyChecking=accept-new -o {} {}@{}",
        stack.sftp_port,
        shell_word(&stack.sftp_private_key.display().to_string()),
        shell_word(&known_hosts),
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

fn shell_word(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    if text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_blank_is_quoted() {
        assert_eq!(shell_word("/a b/it's"), r"'/a b/it'\''s'");
        assert_eq!(shell_word("/a/b_c-d.e"), "/a/b_c-d.e");
    }
}
