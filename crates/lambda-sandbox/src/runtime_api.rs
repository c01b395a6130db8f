//! The Runtime API, as far as a runtime uses it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use tiny_http::{Header, Method, Request, Response, Server};

use crate::aws_endpoint::body_of;

/// How long an invocation may take, as the function is told.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What a function said at the end of an invocation.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// Its answer.
    Answer(Value),
    /// Its failure.
    Failure {
        /// The name that a workflow's Retry and Catch select by.
        error_type: String,
        /// The text for the operator.
        message: String,
    },
}

/// The Runtime API, which serves while the value lives.
pub(crate) struct RuntimeApi {
    server: Arc<Server>,
    events: Sender<Value>,
    outcomes: Mutex<Receiver<Outcome>>,
}

impl RuntimeApi {
    pub(crate) fn listen() -> Self {
        let server = Server::http("127.0.0.1:0").expect("a port is free");
        let server = Arc::new(server);
        let (events, waiting) = mpsc::channel();
        let (ended, outcomes) = mpsc::channel();
        let listening = Arc::clone(&server);
        thread::spawn(move || {
            for request in listening.incoming_requests() {
                serve(request, &waiting, &ended);
            }
        });
        Self {
            server,
            events,
            outcomes: Mutex::new(outcomes),
        }
    }

    pub(crate) fn address(&self) -> String {
        let address: SocketAddr = self.server.server_addr().to_ip().expect("an IP address");
        address.to_string()
    }

    pub(crate) fn invoke(
        &self,
        event: &Value,
        patience: Duration,
    ) -> Result<Outcome, RecvTimeoutError> {
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.events.send(event.clone());
        outcomes.recv_timeout(patience)
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

/// A runtime does one thing at a time: it asks for an event, which may take as long as there is
/// none, or tells the outcome of the last one.
fn serve(mut request: Request, events: &Receiver<Value>, outcomes: &Sender<Outcome>) {
    if *request.method() == Method::Get {
        // Without an event to come the sandbox has ended, and so has the function.
        if let Ok(event) = events.recv() {
            let _ = request.respond(invocation(&event));
        }
        return;
    }
    let body = body_of(&mut request);
    let body: Value = serde_json::from_str(&body).unwrap_or(Value::String(body));
    let outcome = if request.url().ends_with("/response") {
        Outcome::Answer(body)
    } else {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Outcome::Failure {
            error_type: text("errorType"),
            message: text("errorMessage"),
        }
    };
    let _ = request.respond(Response::empty(202));
    let _ = outcomes.send(outcome);
}

fn invocation(event: &Value) -> Response<impl std::io::Read> {
    let deadline = SystemTime::now() + TIMEOUT;
    let deadline = deadline.duration_since(UNIX_EPOCH).unwrap_or_default();
    let headers = [
        ("Lambda-Runtime-Aws-Request-Id", "request-id".to_owned()),
        (
            "Lambda-Runtime-Deadline-Ms",
            deadline.as_millis().to_string(),
        ),
        (
            "Lambda-Runtime-Invoked-Function-Arn",
            "arn:aws:lambda:eu-central-1:123456789012:function:function".to_owned(),
        ),
        ("Content-Type", "application/json".to_owned()),
    ];
    let mut response = Response::from_string(event.to_string());
    for (name, value) in headers {
        response.add_header(Header::from_bytes(name, value).expect("a header in ASCII"));
    }
    response
}
