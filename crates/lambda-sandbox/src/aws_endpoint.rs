//! One endpoint for every AWS service.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use tiny_http::{Header, Request, Response, Server};

/// A call of an AWS service.
#[derive(Clone, Debug)]
pub struct AwsCall {
    /// Such as `SendMessage`; of a service that speaks in URLs, method and path, such as
    /// `GET /bucket/key`.
    pub operation: String,
    /// The body: JSON, or a form.
    pub body: String,
}

/// An answer of an AWS service: the HTTP status, and the body in JSON or XML.
pub type AwsAnswer = (u16, String);

/// The endpoint, which serves while the value lives.
pub(crate) struct AwsEndpoint {
    server: Arc<Server>,
    calls: Arc<Mutex<Vec<AwsCall>>>,
}

impl AwsEndpoint {
    pub(crate) fn listen(answer: impl Fn(&AwsCall) -> AwsAnswer + Send + 'static) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a port is free"));
        let calls = Arc::new(Mutex::new(Vec::new()));
        let (listening, noted) = (Arc::clone(&server), Arc::clone(&calls));
        thread::spawn(move || {
            for mut request in listening.incoming_requests() {
                let call = read(&mut request);
                let (status, body) = answer(&call);
                let calls = noted.lock();
                calls.unwrap_or_else(PoisonError::into_inner).push(call);
                respond(request, status, body);
            }
        });
        Self { server, calls }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.server_addr().to_ip().expect("an IP address")
    }

    pub(crate) fn calls(&self) -> Vec<AwsCall> {
        let calls = self.calls.lock();
        calls.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for AwsEndpoint {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

/// JSON services name the operation in `X-Amz-Target`, form services in the member `Action`.
fn read(request: &mut Request) -> AwsCall {
    let body = body_of(request);
    let target = request
        .headers()
        .iter()
        .find(|header| header.field.equiv("X-Amz-Target"))
        .and_then(|header| header.value.as_str().rsplit('.').next());
    let action = body
        .split('&')
        .find_map(|pair| pair.strip_prefix("Action="));
    let operation = match target.or(action) {
        Some(operation) => operation.to_owned(),
        None => format!("{} {}", request.method(), request.url()),
    };
    AwsCall { operation, body }
}

fn respond(request: Request, status: u16, body: String) {
    let content_type = if body.starts_with('<') {
        "text/xml"
    } else {
        "application/x-amz-json-1.0"
    };
    let header = Header::from_bytes("Content-Type", content_type).expect("a header in ASCII");
    let response = Response::from_string(body)
        .with_status_code(status)
        .with_header(header);
    let _ = request.respond(response);
}

/// The body of a request, as text.
pub(crate) fn body_of(request: &mut Request) -> String {
    let mut body = String::new();
    let read = request.as_reader().read_to_string(&mut body);
    read.expect("a body in UTF-8");
    body
}
