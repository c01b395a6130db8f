//! A failure that the user can do something about: its cause, the log that shows it, the remedy.

use crate::console;
use std::path::{Path, PathBuf};

/// How many lines of a log are shown with a failure.
const TAIL_LINES: usize = 60;

/// What happened, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct Problem {
    cause: String,
    remedy: String,
    log: Option<PathBuf>,
}

impl Problem {
    /// Both are full sentences.
    pub fn new(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            remedy: remedy.into(),
            log: None,
        }
    }

    /// With the log whose end is shown.
    pub fn with_log(self, log: &Path) -> Self {
        Self {
            log: Some(log.to_owned()),
            ..self
        }
    }

    /// The failure of an external tool, with the cause that its output shows where it is known.
    pub fn of_tool(tool: &str, log: &Path) -> Self {
        let output = std::fs::read_to_string(log).unwrap_or_default();
        let known = KNOWN_CAUSES
            .iter()
            .find(|known| known.signs.iter().any(|sign| output.contains(sign)));
        let problem = match known {
            Some(known) => Self::new(format!("{tool} failed: {}", known.cause), known.remedy),
            None => Self::new(
                format!("{tool} failed."),
                format!("Read the whole output in {}.", log.display()),
            ),
        };
        problem.with_log(log)
    }
}

/// A cause that tools report in their own words.
struct KnownCause {
    signs: &'static [&'static str],
    cause: &'static str,
    remedy: &'static str,
}

const KNOWN_CAUSES: &[KnownCause] = &[
    KnownCause {
        signs: &["No space left on device", "Disk quota exceeded"],
        cause: "the disk is full.",
        remedy: "Free some space (target/ and .local/ hold only what can be made again) and repeat the command.",
    },
    KnownCause {
        signs: &[
            "Temporary failure in name resolution",
            "Name or service not known",
            "NewConnectionError",
            "ConnectTimeoutError",
            "Network is unreachable",
            "Could not resolve host",
            "Couldn't resolve host",
            "ProxyError",
        ],
        cause: "a package registry cannot be reached.",
        remedy: "Check the network and the proxy settings of pip and cargo, and repeat the command; what was downloaded is kept.",
    },
    KnownCause {
        signs: &["CERTIFICATE_VERIFY_FAILED", "SSL certificate problem"],
        cause: "the certificate of a package registry is not trusted here.",
        remedy: "Tell pip and cargo the certificate bundle of your network (PIP_CERT, CARGO_HTTP_CAINFO) and repeat the command.",
    },
    KnownCause {
        signs: &[
            "linker `cc` not found",
            "linker 'cc' not found",
            "failed to find tool \"cc\"",
        ],
        cause: "there is no C compiler and linker.",
        remedy: "Install one (Debian, Ubuntu: apt install build-essential; Fedora: dnf install gcc) and repeat the command.",
    },
];

/// Prints a failure: what was being done, why it failed, the end of the log, and the remedy.
pub fn report(error: &anyhow::Error) {
    let sentences: Vec<_> = error.chain().map(ToString::to_string).collect();
    console::error_line(format!("\nError: {}", sentences.join("\n  ")));
    let Some(problem) = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Problem>())
    else {
        return;
    };
    if let Some(log) = &problem.log {
        console::error_line(format!("\nThe end of {}:\n", log.display()));
        console::error_line(tail(log));
    }
    console::error_line(format!("\nWhat to do: {}", problem.remedy));
}

fn tail(log: &Path) -> String {
    let output = std::fs::read(log).unwrap_or_default();
    let output = String::from_utf8_lossy(&output);
    let lines: Vec<_> = output.lines().collect();
    let first = lines.len().saturating_sub(TAIL_LINES);
    lines[first..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_output(name: &str, output: &str) -> Problem {
        let log = std::env::temp_dir().join(format!("problem-{name}-{}.log", std::process::id()));
        std::fs::write(&log, output).unwrap();
        let problem = Problem::of_tool("pip", &log);
        std::fs::remove_file(&log).unwrap();
        problem
    }

    #[test]
    fn a_full_disk_is_recognised() {
        let problem = of_output("disk", "OSError: [Errno 28] No space left on device: 'x'");
        assert_eq!(problem.to_string(), "pip failed: the disk is full.");
    }

    #[test]
    fn an_unknown_cause_points_to_the_log() {
        let problem = of_output("other", "something else");
        assert_eq!(problem.to_string(), "pip failed.");
        assert!(problem.remedy.starts_with("Read the whole output in "));
    }
}
