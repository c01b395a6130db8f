//! The partner-facing API, called as a partner calls it.

use crate::http;
use crate::stack_file::{StackFile, StackFileError};
use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request, Response};

/// What the API answered, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The JSON body; `Null` for an empty one, a string for one that is not JSON.
    pub body: Value,
}

impl Answer {
    /// The header `name` as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why there is no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The stack has no API.
    #[error("The stack file names no API.")]
    NoApi(#[from] StackFileError),
    /// The connection failed, or the request could not be formed.
    #[error("{method} {path} was not answered.")]
    Send {
        /// The request's method.
        method: String,
        /// The request's path, without its query.
        path: String,
        /// The reason.
        source: ureq::Error,
    },
}

/// A client of the API with one partner's token, or without any.
#[derive(Clone)]
pub struct Api {
    agent: Agent,
    url: String,
    token: Option<String>,
}

impl Api {
    /// The API of this stack, with the first partner's token.
    pub fn of(stack: &StackFile) -> Result<Self, ApiError> {
        Ok(Self {
            agent: http::agent(),
            url: stack.output("ApiUrl")?.trim_end_matches('/').to_owned(),
            token: Some(stack.api_token.clone()),
        })
    }

    /// The same API with another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same API without a token.
    #[must_use]
    pub fn without_token(&self) -> Self {
        Self {
            token: None,
            ..self.clone()
        }
    }

    /// Posts one transaction as the query string.
    pub fn post_query(&self, path: &str, pairs: &[(&str, &str)]) -> Result<Answer, ApiError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        self.send("POST", &format!("{path}?{query}"), &[], Vec::new())
    }

    /// Posts a form.
    pub fn post_form(&self, path: &str, pairs: &[(&str, &str)]) -> Result<Answer, ApiError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &headers, form.into_bytes())
    }

    /// Posts JSON.
    pub fn post_json(&self, path: &str, body: &Value) -> Result<Answer, ApiError> {
        let headers = [("content-type", "application/json")];
        self.send("POST", path, &headers, body.to_string().into_bytes())
    }

    /// Sends any request; `path` begins with a slash and may carry a query, already encoded.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, ApiError> {
        let failed = |source| ApiError::Send {
            method: method.to_owned(),
            path: path.split('?').next().unwrap_or_default().to_owned(),
            source,
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).map_err(|error| failed(error.into()))?;
        let response = self.agent.run(request).map_err(failed)?;
        read_answer(response).map_err(failed)
    }
}

fn read_answer(mut response: Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let text = response.body_mut().read_to_string()?;
    Ok(Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: match serde_json::from_str(&text) {
            Ok(json) => json,
            Err(_) if text.is_empty() => Value::Null,
            Err(_) => Value::String(text),
        },
    })
}
