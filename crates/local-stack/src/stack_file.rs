//! `.local/stack.json`: what a client must know to use the local stack.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The stack's outputs and the doors of this machine. It holds the partner's bearer token, hence
/// no `Debug`, and the file is readable by its owner alone.
#[derive(Clone, Deserialize, Serialize, PartialEq, Eq)]
pub struct StackFile {
    /// Where every AWS API of the emulator is called, without a slash at its end.
    pub endpoint_url: String,
    /// The region that requests are signed for.
    pub region: String,
    /// The host that the SFTP server listens on.
    pub sftp_host: String,
    /// The port that the SFTP server listens on.
    pub sftp_port: u16,
    /// The first partner's id.
    pub sftp_user: String,
    /// The path of the first partner's private key, in OpenSSH format.
    pub sftp_private_key: PathBuf,
    /// The first partner's bearer token.
    pub api_token: String,
    /// Every output of the stack by name; `ApiUrl` can be called from this machine.
    #[serde(flatten)]
    pub outputs: BTreeMap<String, String>,
}

/// Why the stack file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StackFileError {
    /// The file is not there, or cannot be read.
    #[error("The stack file {path} cannot be read; `cargo xtask up` writes it.", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The file does not have the documented form.
    #[error("The stack file {path} is damaged; `cargo xtask up` writes it anew.", path = .path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: serde_json::Error,
    },
    /// The file cannot be written.
    #[error("The stack file {path} cannot be written.", path = .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The stack has no such output.
    #[error("The stack has no output {0}.")]
    NoOutput(String),
}

impl StackFile {
    /// Reads the file at `path`.
    pub fn load(path: &Path) -> Result<Self, StackFileError> {
        let text = std::fs::read(path).map_err(|source| StackFileError::Read {
            path: path.to_owned(),
            source,
        })?;
        serde_json::from_slice(&text).map_err(|source| StackFileError::Parse {
            path: path.to_owned(),
            source,
        })
    }

    /// Writes the file at `path`, whole or not at all: a reader never sees half of it.
    pub fn save(&self, path: &Path) -> Result<(), StackFileError> {
        serde_json::to_vec_pretty(self)
            .map_err(std::io::Error::from)
            .and_then(|text| write_owner_only(path, &text))
            .map_err(|source| StackFileError::Write {
                path: path.to_owned(),
                source,
            })
    }

    /// The output `name`.
    pub fn output(&self, name: &str) -> Result<&str, StackFileError> {
        self.outputs
            .get(name)
            .map(String::as_str)
            .ok_or_else(|| StackFileError::NoOutput(name.to_owned()))
    }
}

fn write_owner_only(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("json.unfinished");
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(text)?;
    std::fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack() -> StackFile {
        StackFile {
            endpoint_url: "http://127.0.0.1:4566".into(),
            region: "us-east-1".into(),
            sftp_host: "127.0.0.1".into(),
            sftp_port: 2222,
            sftp_user: "acme".into(),
            sftp_private_key: "/home/user/project/.local/partner_key".into(),
            api_token: "token".into(),
            outputs: BTreeMap::from([("TransactionsTableName".into(), "table".into())]),
        }
    }

    #[test]
    fn outputs_stand_beside_the_doors_in_one_object() {
        let json = serde_json::to_value(stack()).unwrap();
        assert_eq!(json["TransactionsTableName"], "table");
        assert_eq!(json["sftp_port"], 2222);
    }

    #[test]
    fn what_is_saved_is_loaded_and_private() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("stack-{}.json", std::process::id()));
        stack().save(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        let loaded = StackFile::load(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(mode & 0o777, 0o600);
        assert!(loaded == stack());
    }

    #[test]
    fn a_missing_output_is_named() {
        let error = stack().output("OrdersTableName").unwrap_err();
        assert_eq!(
            error.to_string(),
            "The stack has no output OrdersTableName."
        );
    }
}
