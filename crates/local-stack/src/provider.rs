//! A stand-in for the third party's HTTP API, on the loopback interface: it notes every request, and
//! answers, stays silent or breaks off as its owner says. It speaks HTTP on bare sockets, because
//! a server that is right does not stop in the middle of an answer.

mod request;

use crate::aws::{Aws, AwsError, Service};
use crate::stack_file::{StackFile, StackFileError};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub use request::ProviderRequest;

/// How long one read or write of a connection may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no stand-in, or nothing to check its callers by.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The stack has no third-party workflow.
    #[error("The stack file names no third-party workflow.")]
    NoWorkflow(#[from] StackFileError),
    /// An AWS call failed.
    #[error("The deployed provider cannot be looked up.")]
    Aws(#[from] AwsError),
    /// What was looked up is not there.
    #[error("The deployed stack has no {0}.")]
    Missing(&'static str),
    /// The port is taken.
    #[error("The stand-in provider cannot listen on {address}.")]
    Listen {
        /// Where it should listen.
        address: SocketAddr,
        /// The reason.
        source: io::Error,
    },
}

/// What the stand-in does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A whole answer, as JSON.
    Answer(u16, Value),
    /// None, for as long as the stand-in lives.
    Silence,
    /// An answer of status 200 that ends in the middle of its body.
    Half,
}

/// The stand-in, which listens while the value lives.
pub struct Provider {
    address: SocketAddr,
    desk: Arc<Desk>,
    listener: Option<JoinHandle<()>>,
}

/// What the listening thread and the owner share.
struct Desk {
    reply: Box<dyn Fn(&ProviderRequest) -> Reply + Send + Sync>,
    requests: Mutex<Vec<ProviderRequest>>,
    silent: Mutex<Vec<TcpStream>>,
    ended: AtomicBool,
}

/// Where a local stack's workflow calls its provider by default: a port of its own beside each
/// gateway port, below the range that Linux takes for outgoing connections.
#[must_use]
pub fn default_endpoint(gateway_port: u16) -> String {
    let port = 10_000 + gateway_port % 20_000;
    format!("http://127.0.0.1:{port}/2010-04-01/Messages.json")
}

/// The URL that the deployed workflow calls.
///
/// # Errors
/// [`ProviderError`].
pub fn deployed_endpoint(stack: &StackFile, aws: &Aws) -> Result<String, ProviderError> {
    let input = json!({"stateMachineArn": stack.output("ThirdPartyWorkflowArn")?});
    let workflow = aws.call(Service::StepFunctions, "DescribeStateMachine", &input)?;
    let definition = workflow["definition"].as_str().unwrap_or_default();
    let definition: Value = serde_json::from_str(definition).unwrap_or_default();
    let endpoint = &definition["States"]["CallProvider"]["Arguments"]["ApiEndpoint"];
    let endpoint = endpoint
        .as_str()
        .ok_or(ProviderError::Missing("provider"))?;
    Ok(endpoint.to_owned())
}

/// User name and password of the placeholder secret, which the provider is called with.
///
/// # Errors
/// [`ProviderError`].
pub fn placeholder_credentials(aws: &Aws) -> Result<(String, String), ProviderError> {
    let secrets = aws.call(Service::SecretsManager, "ListSecrets", &json!({}))?;
    let mut names = secrets["SecretList"].as_array().into_iter().flatten();
    let secret = names.find(|secret| {
        let name = secret["Name"].as_str();
        name.is_some_and(|name| name.contains("ThirdPartyPlaceholderSecret"))
    });
    let secret = secret.ok_or(ProviderError::Missing("placeholder credentials"))?;
    let input = json!({"SecretId": secret["ARN"]});
    let value = aws.call(Service::SecretsManager, "GetSecretValue", &input)?;
    let value = value["SecretString"].as_str().unwrap_or_default();
    let value: Value = serde_json::from_str(value).unwrap_or_default();
    match (value["username"].as_str(), value["password"].as_str()) {
        (Some(username), Some(password)) => Ok((username.to_owned(), password.to_owned())),
        _ => Err(ProviderError::Missing("placeholder credentials")),
    }
}

/// The port of an endpoint on this machine; `None` for a provider anywhere else.
#[must_use]
pub fn loopback_port(endpoint: &str) -> Option<u16> {
    let (authority, _) = endpoint
        .strip_prefix("http://127.0.0.1:")?
        .split_once('/')?;
    authority.parse().ok()
}

impl Provider {
    /// Listens on that port of 127.0.0.1, and has `reply` decide about each request.
    ///
    /// # Errors
    /// [`ProviderError::Listen`].
    pub fn listen(
        port: u16,
        reply: impl Fn(&ProviderRequest) -> Reply + Send + Sync + 'static,
    ) -> Result<Self, ProviderError> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let failed = |source| ProviderError::Listen {
            address: wanted,
            source,
        };
        let listener = TcpListener::bind(wanted).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let desk = Arc::new(Desk {
            reply: Box::new(reply),
            requests: Mutex::default(),
            silent: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let clerk = Arc::clone(&desk);
        let listener = std::thread::spawn(move || clerk.serve(&listener));
        Ok(Self {
            address,
            desk,
            listener: Some(listener),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far, in their order.
    #[must_use]
    pub fn requests(&self) -> Vec<ProviderRequest> {
        let requests = self.desk.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.desk.ended.store(true, Ordering::SeqCst);
        // One more connection wakes the listener, which then sees that it has ended.
        let _ = TcpStream::connect(self.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

impl Desk {
    /// One connection a request; a caller that breaks off is no concern of the others.
    fn serve(self: Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.ended.load(Ordering::SeqCst) {
                return;
            }
            let Ok(stream) = stream else { continue };
            let desk = Arc::clone(&self);
            std::thread::spawn(move || desk.answer(stream));
        }
    }

    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let request = ProviderRequest::read(&mut stream)?;
        let reply = (self.reply)(&request);
        let requests = self.requests.lock();
        requests
            .unwrap_or_else(PoisonError::into_inner)
            .push(request);
        match reply {
            Reply::Answer(status, body) => respond(&mut stream, status, &body.to_string(), 0),
            Reply::Half => respond(&mut stream, 200, "{\"sid\": \"SM", 100),
            Reply::Silence => {
                let silent = self.silent.lock();
                silent.unwrap_or_else(PoisonError::into_inner).push(stream);
                Ok(())
            }
        }
    }
}

/// Announces `missing` bytes more than it sends.
fn respond(stream: &mut TcpStream, status: u16, body: &str, missing: usize) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len() + missing
    )?;
    stream.flush()?;
    stream.shutdown(Shutdown::Both)
}

#[cfg(test)]
mod tests;
