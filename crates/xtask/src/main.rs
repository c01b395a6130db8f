//! The project's commands. `cargo xtask help` lists them.

mod build;
mod cloudformation;
mod console;
mod demo;
mod deploy;
mod description;
mod disk;
mod down;
mod emulator;
mod interrupt;
mod ports;
mod problem;
mod process;
mod python;
mod stack_home;
mod table;
mod test;
mod tool;
mod toolchain;
mod up;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use stack_home::StackHome;
use std::process::ExitCode;
use up::Wishes;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's commands.")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Brings the local stack up, or updates it, and prints its endpoints.
    Up {
        /// A template parameter that differs from its default; may be repeated.
        #[arg(long = "parameter", value_name = "KEY=VALUE", value_parser = key_value)]
        parameters: Vec<(String, String)>,
        /// The port of the AWS APIs and of the partner API [default: 4566].
        #[arg(long)]
        port: Option<u16>,
        /// The port of the SFTP server [default: 2222].
        #[arg(long)]
        sftp_port: Option<u16>,
    },
    /// Ends the local stack.
    Down,
    /// Runs every flow on the local stack and shows the results.
    Demo {
        /// Leaves the stack up at the end, if it was not up before.
        #[arg(long)]
        keep: bool,
    },
    /// Runs every check of the project, up to the first that fails.
    Test {
        /// This step alone.
        #[arg(value_enum)]
        step: Option<test::Step>,
        /// How long each fuzz target runs.
        #[arg(long, value_name = "SECONDS", default_value_t = 10)]
        fuzz_seconds: u32,
    },
}

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    let outcome = interrupt::listen()
        .context("Ctrl-C cannot be listened for.")
        .and_then(|()| run(command_line.command));
    interrupt::stop_here_if_interrupted();
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        // What failed has been reported where it failed.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            problem::report(&error);
            ExitCode::FAILURE
        }
    }
}

/// Answers whether all that was asked for went well.
fn run(command: Command) -> Result<bool> {
    match command {
        Command::Up {
            parameters,
            port,
            sftp_port,
        } => {
            let home = StackHome::of_the_user()?;
            let wishes = Wishes {
                parameters: parameters.into_iter().collect(),
                gateway_port: port,
                sftp_port,
            };
            let up = up::up(&home, &wishes)?;
            up::print_doors(&home, &up.stack);
            if let Some(started) = up.started {
                started.release();
            }
        }
        Command::Down => down::down(&StackHome::of_the_user()?)?,
        Command::Demo { keep } => demo::demo(&StackHome::of_the_user()?, keep)?,
        Command::Test { step, fuzz_seconds } => return test::test(step, fuzz_seconds),
    }
    Ok(true)
}

fn key_value(argument: &str) -> Result<(String, String), String> {
    let pair = argument.split_once('=');
    let (key, value) = pair.ok_or("it must have the form Key=Value")?;
    Ok((key.to_owned(), value.to_owned()))
}
