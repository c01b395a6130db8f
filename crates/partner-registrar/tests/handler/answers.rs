//! A `ResponseURL` that answers by a script and keeps what it was sent.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
            http_client_fn,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// A lost connection.
#[derive(Clone, Copy, Debug)]
pub struct Lost;

/// One PUT as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    pub url: String,
    pub content_type: Option<String>,
    pub body: Value,
}

#[derive(Clone, Debug, Default)]
pub struct Answers {
    script: Arc<Mutex<VecDeque<Result<u16, Lost>>>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Answers {
    /// Each PUT gets the next answer: a status, or a lost connection.
    pub fn in_turn(script: impl IntoIterator<Item = Result<u16, Lost>>) -> Self {
        Self {
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            received: Arc::default(),
        }
    }

    pub fn http_client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no test panics here").clone()
    }

    /// The one PUT that arrived.
    pub fn only(&self) -> Received {
        let mut received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }
}

impl HttpConnector for Answers {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().expect("the body is in memory");
        self.received
            .lock()
            .expect("no test panics here")
            .push(Received {
                method: request.method().to_owned(),
                url: request.uri().to_owned(),
                content_type: request.headers().get("content-type").map(str::to_owned),
                body: serde_json::from_slice(body).expect("the body is JSON"),
            });
        let next = self.script.lock().expect("no test panics here").pop_front();
        HttpConnectorFuture::ready(match next.expect("the script goes on") {
            Ok(status) => {
                let status = StatusCode::try_from(status).expect("the script holds statuses");
                Ok(HttpResponse::new(status, SdkBody::empty()))
            }
            Err(Lost) => Err(ConnectorError::io("connection reset".into())),
        })
    }
}
