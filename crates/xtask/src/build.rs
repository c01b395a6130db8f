//! The functions' binaries and the template that names them, for this machine's processor.

use crate::console::Step;
use crate::stack_home::{lock_shared, project_root, shared_directory};
use crate::tool::Tool;
use crate::toolchain::Toolchain;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;

/// A first build with the deployed profile takes many minutes; these settings trade the
/// functions' size for time. They are the local stack's alone.
const QUICK_PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

/// cargo-lambda compiles with Zig by default, which is 400 MB and not needed for this machine.
const COMPILER: (&str, &str) = ("CARGO_LAMBDA_COMPILER", "cargo");

/// What `cargo run` tells the program that it runs. A build below would take it for its own.
pub const LEFT_BY_CARGO: &[&str] = &[
    "CARGO",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_AUTHORS",
    "CARGO_PKG_DESCRIPTION",
    "CARGO_PKG_HOMEPAGE",
    "CARGO_PKG_LICENSE",
    "CARGO_PKG_LICENSE_FILE",
    "CARGO_PKG_NAME",
    "CARGO_PKG_README",
    "CARGO_PKG_REPOSITORY",
    "CARGO_PKG_RUST_VERSION",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
    "LD_LIBRARY_PATH",
];

/// The processor in SAM's words, as the parameter `Architecture` has it.
pub fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    }
}

/// Where `sam build` puts the functions for this machine: not where a deployment to AWS, which
/// neither the quick profile nor this processor is for, would look for them.
fn directory() -> PathBuf {
    shared_directory().join("sam/build")
}

/// The template that `sam build` writes.
pub fn built_template() -> PathBuf {
    directory().join("template.yaml")
}

/// A tool of the environment, without what `cargo run` left behind, without this user's AWS
/// configuration, and without a proxy on the way to this machine's own ports.
pub fn tool(toolchain: &Toolchain, program: &str) -> Tool {
    let direct = direct_hosts(|name| std::env::var_os(name)?.into_string().ok());
    Tool::new(toolchain.program(program))
        .without(LEFT_BY_CARGO)
        .without_any("AWS_")
        .envs([("PATH", toolchain.path())])
        .envs([("SAM_CLI_TELEMETRY", "0")])
        .envs([("NO_PROXY", &direct), ("no_proxy", &direct)])
        .in_directory(project_root())
}

/// The hosts that are reached without a proxy: those that the user names, and this machine.
fn direct_hosts(variable: impl Fn(&str) -> Option<String>) -> String {
    const OWN: &str = "127.0.0.1,localhost";
    let named = variable("no_proxy").or_else(|| variable("NO_PROXY"));
    match named.as_deref().map(str::trim) {
        None | Some("") => OWN.to_owned(),
        // It stands for every host, and only when it stands alone.
        Some("*") => "*".to_owned(),
        Some(named) => format!("{named},{OWN}"),
    }
}

/// Keeps the build as it is while the answer lives: from its beginning until it is deployed.
pub fn lock() -> Result<File> {
    lock_shared("build.lock", "the build")
}

/// Compiles every function once, then lets SAM lay the build out; SAM calls cargo-lambda again
/// for each function and finds nothing to do.
pub fn build(toolchain: &Toolchain) -> Result<()> {
    let functions = functions()?;
    let count = functions.len();
    let step = Step::begin(&format!(
        "Compiling {count} functions (some minutes the first time, seconds later)."
    ));
    let processor: &[&str] = match architecture() {
        "arm64" => &["--arm64"],
        _ => &[],
    };
    tool(toolchain, "cargo-lambda")
        .called("cargo lambda build")
        .args(["lambda", "build", "--release"])
        .args(processor)
        .args(functions.iter().flat_map(|name| ["--bin", name]))
        .envs(QUICK_PROFILE)
        .envs([COMPILER])
        .run(&step, &shared_directory().join("build.log"))?;
    step.end(&format!("Compiled {count} functions."));

    let step = Step::begin("Laying the build out with SAM.");
    let overrides = format!("Architecture={}", architecture());
    tool(toolchain, "sam")
        .called("sam build")
        .args(["build", "--config-env", "local", "--build-dir"])
        .args([directory()])
        .args(["--parameter-overrides", &overrides])
        .envs(QUICK_PROFILE)
        .envs([COMPILER])
        .run(&step, &shared_directory().join("sam-build.log"))?;
    step.end("Laid the build out with SAM.");
    Ok(())
}

/// The packages whose binary runs in AWS Lambda: those that depend on its runtime.
fn functions() -> Result<BTreeSet<String>> {
    let metadata = Tool::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .without(LEFT_BY_CARGO)
        .in_directory(project_root())
        .output()?;
    read_functions(&metadata)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

fn read_functions(metadata: &str) -> Result<BTreeSet<String>> {
    let metadata: Metadata = serde_json::from_str(metadata)
        .context("The answer of cargo metadata does not have the documented form.")?;
    let functions = metadata.packages.into_iter().filter(|package| {
        let mut dependencies = package.dependencies.iter();
        dependencies.any(|dependency| dependency.name == "lambda_runtime")
    });
    let binaries = functions
        .flat_map(|package| package.targets)
        .filter(|target| target.kind.iter().any(|kind| kind == "bin"));
    Ok(binaries.map(|target| target.name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_reached_without_a_proxy() {
        let hosts = |value: Option<&str>| direct_hosts(|_| value.map(str::to_owned));
        assert_eq!(hosts(None), "127.0.0.1,localhost");
        assert_eq!(hosts(Some("a.example")), "a.example,127.0.0.1,localhost");
        assert_eq!(hosts(Some("*")), "*");
    }

    #[test]
    fn a_function_is_a_binary_on_the_lambda_runtime() {
        let metadata = serde_json::json!({"packages": [
            {"dependencies": [{"name": "lambda_runtime"}],
             "targets": [{"kind": ["lib"], "name": "sqs_writer"}, {"kind": ["bin"], "name": "sqs-writer"}]},
            {"dependencies": [{"name": "clap"}], "targets": [{"kind": ["bin"], "name": "xtask"}]},
            {"dependencies": [{"name": "lambda_runtime"}], "targets": [{"kind": ["lib"], "name": "lambda_failure"}]},
        ]});
        let functions = read_functions(&metadata.to_string()).unwrap();
        assert_eq!(functions, BTreeSet::from(["sqs-writer".to_owned()]));
    }
}
