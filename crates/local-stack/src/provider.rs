//! A stand-in for the third party's HTTP API, on the loopback interface: it notes every request, and
//! answers, stays silent or breaks off as its owner says.

mod request;

use crate::aws::{Aws, AwsError, Service};
use crate::stack_file::{StackFile, StackFileError};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tiny_http::{Header, Request, Response, Server};

pub use request::ProviderRequest;

/// How many looks, ten milliseconds apart, the port may take to be free again.
const LOOKS_AT_THE_PORT: u32 = 500;

/// The beginning of an answer that says that it has more.
const HALF: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 110\r\n\
    Connection: close\r\n\r\n{\"sid\": \"SM";

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
        source: Box<dyn std::error::Error + Send + Sync>,
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
    server: Option<Arc<Server>>,
    requests: Arc<Mutex<Vec<ProviderRequest>>>,
    listening: Option<JoinHandle<()>>,
}

/// Decides about a request.
type Decision = dyn Fn(&ProviderRequest) -> Reply + Send;

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
        reply: impl Fn(&ProviderRequest) -> Reply + Send + 'static,
    ) -> Result<Self, ProviderError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let failed = |source| ProviderError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(|error| failed(error.into()))?;
        let address = listener
            .local_addr()
            .map_err(|error| failed(error.into()))?;
        let server = Server::from_listener(listener, None).map_err(failed)?;
        let server = Arc::new(server);
        let requests = Arc::default();
        let listening = listen(Arc::clone(&server), Arc::clone(&requests), Box::new(reply));
        Ok(Self {
            address,
            server: Some(server),
            requests,
            listening: Some(listening),
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
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.unblock();
        }
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
        // The server gives its port back on a thread of its own; the next stand-in wants the same.
        for _ in 0..LOOKS_AT_THE_PORT {
            if TcpListener::bind(self.address).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Whoever breaks off takes no answer; a request that is kept has none until the server ends.
fn listen(
    server: Arc<Server>,
    requests: Arc<Mutex<Vec<ProviderRequest>>>,
    reply: Box<Decision>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for mut request in server.incoming_requests() {
            let Ok(received) = ProviderRequest::read(&mut request) else {
                continue;
            };
            let reply = reply(&received);
            let noted = requests.lock();
            noted.unwrap_or_else(PoisonError::into_inner).push(received);
            let _ = match reply {
                Reply::Answer(status, body) => respond(request, status, &body),
                Reply::Half => request.into_writer().write_all(HALF),
                Reply::Silence => {
                    silent.push(request);
                    Ok(())
                }
            };
        }
    })
}

fn respond(request: Request, status: u16, body: &Value) -> io::Result<()> {
    let json = Header::from_bytes("Content-Type", "application/json");
    let json = json.expect("the header is constant and valid");
    let answer = Response::from_string(body.to_string()).with_status_code(status);
    request.respond(answer.with_header(json))
}

#[cfg(test)]
mod tests;
