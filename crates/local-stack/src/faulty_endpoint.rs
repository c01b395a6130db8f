//! An endpoint between one function and the emulator, at which calls are refused or held up and the
//! function is killed.

use crate::aws::{Aws, AwsError};
use nix::sys::signal::{Signal, kill};
use serde_json::{Value, json};
use std::io;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tiny_http::{Header, Request, Response, Server};
use ureq::http;

/// What becomes of a function's call.
pub enum Fate {
    /// Nothing out of the ordinary.
    Passes,
    /// The service answers with this status and this error's name, and does nothing.
    Refused(u16, &'static str),
    /// The call has its effect; its answer waits until the channel's other end is dropped.
    Held(Receiver<()>),
    /// The function is killed before the call has an effect.
    KillsBefore,
    /// The call has its effect, and the function is killed before it learns of it.
    KillsAfter,
}

/// Why there is no such endpoint.
#[derive(Debug, thiserror::Error)]
pub enum FaultyEndpointError {
    /// No port is free.
    #[error("No port of 127.0.0.1 can be listened on.")]
    Listen(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The stack has no such function.
    #[error("The stack has no function whose name contains {0}.")]
    NoFunction(String),
    /// The function cannot be reconfigured.
    #[error("The function's environment cannot be changed.")]
    Aws(#[from] AwsError),
}

/// All AWS calls of one function pass here while the value lives.
pub struct FaultyEndpoint {
    clerk: Arc<Clerk>,
    deployed: Value,
    server: Arc<Server>,
    listening: Option<JoinHandle<()>>,
}

/// Decides about a call, by the name of its operation.
type Decision = dyn FnMut(&str) -> Fate + Send;

/// What the owner and the threads that serve calls share.
struct Clerk {
    aws: Aws,
    function: String,
    fate: Mutex<Box<Decision>>,
}

impl FaultyEndpoint {
    /// Stands before the function whose name contains `function`; `fate` decides about each call,
    /// by the name of its operation.
    ///
    /// # Errors
    /// [`FaultyEndpointError`].
    pub fn before(
        aws: &Aws,
        function: &str,
        fate: impl FnMut(&str) -> Fate + Send + 'static,
    ) -> Result<Self, FaultyEndpointError> {
        let functions = aws.functions()?;
        let found = functions.into_iter().find(|name| name.contains(function));
        let function = found.ok_or_else(|| FaultyEndpointError::NoFunction(function.to_owned()))?;
        let configuration = aws.function_configuration(&function)?;
        let deployed = configuration["Environment"]["Variables"].clone();
        let server = Server::http("127.0.0.1:0").map_err(FaultyEndpointError::Listen)?;
        let server = Arc::new(server);
        let clerk = Arc::new(Clerk {
            aws: aws.clone(),
            function,
            fate: Mutex::new(Box::new(fate)),
        });
        let mut variables = deployed.clone();
        variables["AWS_ENDPOINT_URL"] = format!("http://{}", server.server_addr()).into();
        let listening = listen(Arc::clone(&server), Arc::clone(&clerk));
        let endpoint = Self {
            clerk,
            deployed,
            server,
            listening: Some(listening),
        };
        endpoint.configure(&variables)?;
        Ok(endpoint)
    }

    fn configure(&self, variables: &Value) -> Result<(), AwsError> {
        let clerk = &self.clerk;
        clerk.aws.set_environment(&clerk.function, variables)
    }
}

impl Drop for FaultyEndpoint {
    fn drop(&mut self) {
        // A function that keeps this endpoint fails loudly from here on.
        let _ = self.configure(&self.deployed);
        self.server.unblock();
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

/// A thread a call: one that is held up does not keep others waiting.
fn listen(server: Arc<Server>, clerk: Arc<Clerk>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            let clerk = Arc::clone(&clerk);
            // A caller that was killed or has given up takes no answer.
            std::thread::spawn(move || clerk.serve(request));
        }
    })
}

impl Clerk {
    fn serve(&self, mut request: Request) -> io::Result<()> {
        let mut body = Vec::new();
        request.as_reader().read_to_end(&mut body)?;
        let operation = operation(&request, &body).unwrap_or_default();
        let fate = (self.fate.lock().unwrap_or_else(PoisonError::into_inner))(&operation);
        match fate {
            Fate::Passes => {
                let answer = self.forward(&request, body)?;
                request.respond(answer)
            }
            Fate::Held(held) => {
                let answer = self.forward(&request, body)?;
                let _ = held.recv();
                request.respond(answer)
            }
            Fate::Refused(status, error) => {
                let body = json!({"__type": error, "message": "Refused on the way."});
                let answer = Response::from_string(body.to_string());
                request.respond(answer.with_status_code(status))
            }
            Fate::KillsBefore => self.kill(),
            Fate::KillsAfter => {
                self.forward(&request, body)?;
                self.kill()
            }
        }
    }

    fn forward(
        &self,
        request: &Request,
        body: Vec<u8>,
    ) -> io::Result<Response<io::Cursor<Vec<u8>>>> {
        let own = ["host", "content-length", "connection"];
        let headers = request.headers().iter();
        let passed = headers.filter(|header| !own.iter().any(|name| header.field.equiv(name)));
        let mut forwarded = http::Request::builder().method(request.method().as_str());
        for header in passed {
            forwarded = forwarded.header(header.field.as_str().as_str(), header.value.as_str());
        }
        let answer = self.aws.forward(request.url(), forwarded, body);
        let (parts, body) = answer.map_err(io::Error::other)?.into_parts();
        let mut response = Response::from_data(body).with_status_code(parts.status.as_u16());
        for name in ["content-type", "x-amzn-errortype", "x-amzn-requestid"] {
            let value = parts.headers.get(name).map(http::HeaderValue::as_bytes);
            if let Some(header) = value.and_then(|value| Header::from_bytes(name, value).ok()) {
                response.add_header(header);
            }
        }
        Ok(response)
    }

    fn kill(&self) -> io::Result<()> {
        for process in self.aws.processes_of(&self.function)? {
            kill(process, Signal::SIGKILL)?;
        }
        Ok(())
    }
}

/// A JSON service is told it by a header, a query service by its form.
fn operation(request: &Request, body: &[u8]) -> Option<String> {
    let mut headers = request.headers().iter();
    match headers.find(|header| header.field.equiv("x-amz-target")) {
        Some(target) => Some(target.value.as_str().rsplit('.').next()?.to_owned()),
        None => form_urlencoded::parse(body)
            .find_map(|(name, value)| (name == "Action").then(|| value.into_owned())),
    }
}
