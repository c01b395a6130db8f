//! The SFTP door, used as a partner uses it.

use crate::stack_file::StackFile;
use russh::client::{self, AuthResult, Handle};
use russh::keys::{PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh_sftp::client::SftpSession;
use russh_sftp::protocol::OpenFlags;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// The longest that connecting and logging in may take.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(15);

/// The longest that the server may take for one answer.
const ANSWER_TIMEOUT_SECONDS: u64 = 60;

/// Why something could not be done by SFTP.
#[derive(Debug, thiserror::Error)]
pub enum SftpError {
    /// No runtime for the client's own work.
    #[error("The SFTP client cannot be started.")]
    Runtime(#[source] io::Error),
    /// The private key cannot be used.
    #[error("The SFTP key {path} cannot be read.", path = .path.display())]
    Key {
        /// The private key's file.
        path: PathBuf,
        /// The reason.
        source: russh::keys::Error,
    },
    /// No connection, or it broke before the session stood.
    #[error("The SFTP server cannot be reached.")]
    Connect(#[source] russh::Error),
    /// The server refused the user or the key.
    #[error("The SFTP server refuses the user {0} with this key.")]
    Login(String),
    /// The server speaks SSH but gives no SFTP session.
    #[error("The SFTP server gives no session.")]
    Session(#[source] russh_sftp::client::error::Error),
    /// The server did not answer in time.
    #[error("The SFTP server did not let the user in within {} seconds.", LOGIN_TIMEOUT.as_secs())]
    Slow,
    /// The server refused an operation.
    #[error("The SFTP server refuses to {operation} {path}.")]
    Operation {
        /// What was asked for.
        operation: &'static str,
        /// The file or directory.
        path: String,
        /// The server's words.
        source: russh_sftp::client::error::Error,
    },
    /// The connection broke while a file was written.
    #[error("The SFTP server did not take all of {path}.")]
    Write {
        /// The file.
        path: String,
        /// The reason.
        source: io::Error,
    },
}

/// One SFTP session of a partner. It ends when the value is dropped.
pub struct Sftp {
    runtime: Runtime,
    session: SftpSession,
    _connection: Handle<LocalServer>,
}

/// Accepts any host key: the emulator makes a new one at every start, on this machine alone.
struct LocalServer;

impl client::Handler for LocalServer {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _key: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

impl Sftp {
    /// Connects as the first partner of the stack.
    pub fn connect(stack: &StackFile) -> Result<Self, SftpError> {
        Self::connect_as(stack, &stack.sftp_user)
    }

    /// Connects as `user`, with the first partner's key.
    pub fn connect_as(stack: &StackFile, user: &str) -> Result<Self, SftpError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(SftpError::Runtime)?;
        let (connection, session) = runtime
            .block_on(async { timeout(LOGIN_TIMEOUT, log_in(stack, user)).await })
            .map_err(|_| SftpError::Slow)??;
        Ok(Self {
            runtime,
            session,
            _connection: connection,
        })
    }

    /// Uploads a file, over one of the same name.
    pub fn put(&self, path: &str, content: &[u8]) -> Result<(), SftpError> {
        self.runtime.block_on(async {
            let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
            let opened = self.session.open_with_flags(path, flags).await;
            let mut file = opened.map_err(refused("write", path))?;
            let written = async {
                file.write_all(content).await?;
                // Closing is what makes the upload an object; its failure is the upload's.
                file.shutdown().await
            };
            written.await.map_err(|source| SftpError::Write {
                path: path.to_owned(),
                source,
            })
        })
    }

    /// A file's bytes.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, SftpError> {
        self.runtime
            .block_on(self.session.read(path))
            .map_err(refused("read", path))
    }

    /// The names in a directory.
    pub fn list(&self, path: &str) -> Result<Vec<String>, SftpError> {
        let entries = self
            .runtime
            .block_on(self.session.read_dir(path))
            .map_err(refused("list", path))?;
        Ok(entries.map(|entry| entry.file_name()).collect())
    }

    /// Whether the path is a directory.
    pub fn is_directory(&self, path: &str) -> Result<bool, SftpError> {
        let metadata = self.runtime.block_on(self.session.metadata(path));
        let metadata = metadata.map_err(refused("look at", path))?;
        Ok(metadata.is_dir())
    }

    /// Renames a file.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), SftpError> {
        self.runtime
            .block_on(self.session.rename(from, to))
            .map_err(refused("rename", from))
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) -> Result<(), SftpError> {
        self.runtime
            .block_on(self.session.remove_file(path))
            .map_err(refused("remove", path))
    }
}

async fn log_in(
    stack: &StackFile,
    user: &str,
) -> Result<(Handle<LocalServer>, SftpSession), SftpError> {
    let path = &stack.sftp_private_key;
    let key = russh::keys::load_secret_key(path, None).map_err(|source| SftpError::Key {
        path: path.clone(),
        source,
    })?;
    let key = PrivateKeyWithHashAlg::new(Arc::new(key), None);
    let address = (stack.sftp_host.as_str(), stack.sftp_port);
    let mut connection = client::connect(Arc::default(), address, LocalServer)
        .await
        .map_err(SftpError::Connect)?;
    let result = connection.authenticate_publickey(user, key).await;
    if !matches!(result.map_err(SftpError::Connect)?, AuthResult::Success) {
        return Err(SftpError::Login(user.to_owned()));
    }
    let channel = connection.channel_open_session().await;
    let channel = channel.map_err(SftpError::Connect)?;
    let requested = channel.request_subsystem(true, "sftp").await;
    requested.map_err(SftpError::Connect)?;
    let session = SftpSession::new(channel.into_stream()).await;
    let session = session.map_err(SftpError::Session)?;
    session.set_timeout(ANSWER_TIMEOUT_SECONDS);
    Ok((connection, session))
}

fn refused(
    operation: &'static str,
    path: &str,
) -> impl FnOnce(russh_sftp::client::error::Error) -> SftpError {
    move |source| SftpError::Operation {
        operation,
        path: path.to_owned(),
        source,
    }
}
