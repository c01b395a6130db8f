//! The first partner's SSH key pair.

use russh::keys::ssh_key::{self, LineEnding};
use russh::keys::{Algorithm, PrivateKey};
use std::path::{Path, PathBuf};

/// Why there is no key pair.
#[derive(Debug, thiserror::Error)]
pub enum KeyPairError {
    /// The key could not be made.
    #[error("An SSH key pair cannot be generated.")]
    Generate(#[source] ssh_key::Error),
    /// The private key's file cannot be read or written.
    #[error("The SSH key {path} cannot be read or written.", path = .path.display())]
    File {
        /// The private key's file.
        path: PathBuf,
        /// The reason.
        source: ssh_key::Error,
    },
}

/// An Ed25519 key pair, the private half in a file in OpenSSH format, the public half beside it
/// with the ending `.pub`.
pub struct KeyPair {
    private_key: PrivateKey,
}

impl KeyPair {
    /// Reads the private key at `path`, or makes one there, readable by its owner alone.
    pub fn load_or_generate(path: &Path) -> Result<Self, KeyPairError> {
        let file_failed = |source| KeyPairError::File {
            path: path.to_owned(),
            source,
        };
        if path.exists() {
            let private_key = PrivateKey::read_openssh_file(path).map_err(file_failed)?;
            return Ok(Self { private_key });
        }
        let private_key = PrivateKey::random(&mut rand::rng(), Algorithm::Ed25519)
            .map_err(KeyPairError::Generate)?;
        private_key
            .public_key()
            .write_openssh_file(path.with_extension("pub"))
            .map_err(file_failed)?;
        // The private key comes last: where it stands, its public half stands as well.
        private_key
            .write_openssh_file(path, LineEnding::LF)
            .map_err(file_failed)?;
        Ok(Self { private_key })
    }

    /// The public key as `authorized_keys` has it: `ssh-ed25519 AAAA…`, without a comment.
    pub fn public_key(&self) -> Result<String, KeyPairError> {
        self.private_key
            .public_key()
            .to_openssh()
            .map_err(KeyPairError::Generate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_private() {
        use std::os::unix::fs::PermissionsExt;
        let directory = std::env::temp_dir().join(format!("key-pair-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("partner_key");

        let made = KeyPair::load_or_generate(&path)
            .unwrap()
            .public_key()
            .unwrap();
        let read = KeyPair::load_or_generate(&path)
            .unwrap()
            .public_key()
            .unwrap();
        let permissions = std::fs::metadata(&path).unwrap().permissions().mode();
        let beside = std::fs::read_to_string(path.with_extension("pub")).unwrap();
        std::fs::remove_dir_all(&directory).unwrap();

        assert!(made.starts_with("ssh-ed25519 "));
        assert_eq!(made, read);
        assert_eq!(beside.trim_end(), made);
        assert_eq!(permissions & 0o777, 0o600);
    }
}
