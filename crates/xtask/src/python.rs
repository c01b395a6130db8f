//! A Python of this machine that can make virtual environments.

use crate::problem::Problem;
use anyhow::{Result, bail};
use std::process::{Command, Stdio};

/// The oldest version that the local stack runs on.
const OLDEST: (u32, u32) = (3, 10);

/// Tried in this order: what the user calls `python3` comes first.
const CANDIDATES: &[&str] = &[
    "python3",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.10",
    "python3.14",
    "python",
];

/// Prints the interpreter's path (outside any environment that is active), its version, and whether `venv` can put pip into an
/// environment (Debian and Ubuntu keep that part in a package of its own).
const PROBE: &str = "\
import sys
print(getattr(sys, '_base_executable', None) or sys.executable)
print(*sys.version_info[:2])
try:
    import ensurepip, venv
    print('complete')
except ImportError:
    print('incomplete')
";

/// An interpreter that will do.
pub struct Python {
    /// Its path.
    pub executable: String,
    /// `3.11`, for the stamp of what is made with it.
    pub version: String,
}

/// What was found under one name.
enum Found {
    Good(Python),
    Old(String),
    WithoutVenv(String),
}

/// The first interpreter that will do.
pub fn find() -> Result<Python> {
    let mut rejected = Vec::new();
    let mut version_without_venv = None;
    for candidate in CANDIDATES {
        match probe(candidate) {
            Some(Found::Good(python)) => return Ok(python),
            Some(Found::Old(version)) => {
                rejected.push(format!("{candidate} is Python {version}"));
            }
            Some(Found::WithoutVenv(version)) => {
                rejected.push(format!(
                    "{candidate} (Python {version}) lacks its venv module"
                ));
                version_without_venv.get_or_insert(version);
            }
            None => {}
        }
    }
    bail!(missing(&rejected, version_without_venv.as_deref()))
}

fn probe(candidate: &str) -> Option<Found> {
    let output = Command::new(candidate)
        .args(["-c", PROBE])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    read_probe(&String::from_utf8_lossy(&output.stdout))
}

fn read_probe(output: &str) -> Option<Found> {
    let mut lines = output.lines();
    let executable = lines.next()?.to_owned();
    let (major, minor) = lines.next()?.split_once(' ')?;
    let version = format!("{major}.{minor}");
    if (major.parse().ok()?, minor.parse().ok()?) < OLDEST {
        return Some(Found::Old(version));
    }
    Some(match lines.next()? {
        "complete" => Found::Good(Python {
            executable,
            version,
        }),
        _ => Found::WithoutVenv(version),
    })
}

fn missing(rejected: &[String], version_without_venv: Option<&str>) -> Problem {
    let found = if rejected.is_empty() {
        "none was found".to_owned()
    } else {
        rejected.join("; ")
    };
    let (major, minor) = OLDEST;
    Problem::new(
        format!("The local stack needs Python {major}.{minor} or newer with its venv module: {found}."),
        match version_without_venv {
            Some(version) => format!(
                "Install the module (Debian, Ubuntu: apt install python{version}-venv) and repeat the command."
            ),
            None => "Install Python (Debian, Ubuntu: apt install python3 python3-venv; Fedora: dnf install python3) and repeat the command.".to_owned(),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_version_is_refused() {
        let found = read_probe("/usr/bin/python3\n3 9\ncomplete\n");
        assert!(matches!(found, Some(Found::Old(version)) if version == "3.9"));
    }

    #[test]
    fn a_version_of_two_digits_is_newer_than_one_of_one() {
        let found = read_probe("/usr/bin/python3\n3 10\ncomplete\n");
        assert!(matches!(found, Some(Found::Good(python)) if python.version == "3.10"));
    }

    #[test]
    fn a_missing_venv_names_its_package() {
        let found = read_probe("/usr/bin/python3\n3 11\nincomplete\n");
        assert!(matches!(found, Some(Found::WithoutVenv(version)) if version == "3.11"));
        let problem = missing(
            &["python3 (Python 3.11) lacks its venv module".into()],
            Some("3.11"),
        );
        assert!(problem.to_string().contains("python3 (Python 3.11)"));
    }
}
