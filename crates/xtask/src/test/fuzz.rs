//! The fuzz targets, by libFuzzer. `cargo fuzz` wants a nightly compiler for its sanitizers; the
//! coverage that the fuzzer steers by is stable.

use crate::build::LEFT_BY_CARGO;
use crate::console::Step;
use crate::stack_home::{project_root, shared_directory};
use crate::tool::Tool;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::thread::ScopedJoinHandle;

/// What cargo-fuzz passes, too.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// An input that takes longer is a hang.
const LONGEST_RUN_SECONDS: u32 = 10;

/// A target keeps one processor busy, and the smallest machine that this runs on has two.
const AT_A_TIME: usize = 2;

/// The functions have no more than this.
const MEMORY_MEGABYTES: u32 = 256;

/// Runs every target for some seconds, from its corpus. What the fuzzer finds stays below
/// `.local/fuzz`.
pub fn fuzz(seconds: u32) -> Result<()> {
    let step = Step::begin("Compiling the fuzz targets.");
    let host = host()?;
    Tool::new("cargo")
        .called("cargo build")
        .args(["build", "--locked", "--manifest-path", "fuzz/Cargo.toml"])
        // With a target of its own, build scripts are compiled without the coverage.
        .args(["--target", &host, "--target-dir", "target/fuzz"])
        .without(LEFT_BY_CARGO)
        // It would take precedence.
        .without(["CARGO_ENCODED_RUSTFLAGS"])
        .envs([("RUSTFLAGS", COVERAGE)])
        .in_directory(project_root())
        .run(&step, &shared_directory().join("fuzz-build.log"))?;
    step.end("Compiled the fuzz targets.");
    let programs = project_root().join("target/fuzz").join(host).join("debug");
    let targets = targets()?;
    ensure!(!targets.is_empty(), "fuzz/corpus names no target.");
    for pair in targets.chunks(AT_A_TIME) {
        let names = pair.join(" and ");
        let step = Step::begin(&format!("Fuzzing {names} for {seconds} s."));
        let run = |target| run(&step, &programs.join(target), target, seconds);
        let runs: Result<Vec<_>> = std::thread::scope(|scope| {
            let started: Vec<_> = pair
                .iter()
                .map(|target| scope.spawn(|| run(target)))
                .collect();
            let joined = started.into_iter().map(ScopedJoinHandle::join);
            joined
                .map(|ended| ended.expect("a thread that runs a tool does not panic"))
                .collect()
        });
        step.end(&format!("Fuzzed {names}: {}.", runs?.join(", ")));
    }
    Ok(())
}

/// Answers libFuzzer's last words.
fn run(step: &Step, program: &Path, target: &str, seconds: u32) -> Result<String> {
    let directory = shared_directory().join("fuzz").join(target);
    std::fs::create_dir_all(&directory)
        .with_context(|| format!("{} cannot be made.", directory.display()))?;
    let corpus = project_root().join("fuzz/corpus").join(target);
    let mut tool = Tool::new(program)
        .args([
            format!("-max_total_time={seconds}"),
            format!("-timeout={LONGEST_RUN_SECONDS}"),
            format!("-rss_limit_mb={MEMORY_MEGABYTES}"),
            format!("-artifact_prefix={}-", directory.display()),
        ])
        // New inputs go to the first directory.
        .args([&directory, &corpus]);
    let dictionary = project_root().join("fuzz/dictionaries/xml.dict");
    if target.starts_with("xml") {
        tool = tool.args([format!("-dict={}", dictionary.display())]);
    }
    let log = shared_directory().join(format!("fuzz-{target}.log"));
    tool.run(step, &log)?;
    runs(&log)
}

/// libFuzzer's last words, such as `Done 12345 runs in 6 second(s)`.
fn runs(log: &Path) -> Result<String> {
    let log = std::fs::read(log).context("The fuzzer's log cannot be read.")?;
    let log = String::from_utf8_lossy(&log);
    let done = log
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("Done "));
    Ok(done.unwrap_or("no runs").to_owned())
}

/// Every target has a corpus of its name.
fn targets() -> Result<Vec<String>> {
    let corpora: PathBuf = project_root().join("fuzz/corpus");
    let entries = std::fs::read_dir(&corpora).context("fuzz/corpus cannot be read.")?;
    let names = entries.flatten().map(|entry| entry.file_name());
    let mut targets: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
    targets.sort();
    Ok(targets)
}

/// The compiler's host, such as `x86_64-unknown-linux-gnu`.
fn host() -> Result<String> {
    let version = Tool::new("rustc").args(["-vV"]).output()?;
    let mut lines = version.lines();
    let host = lines.find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .context("rustc does not tell its host.")
}
