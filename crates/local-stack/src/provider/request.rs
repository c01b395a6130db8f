//! One request, as the stand-in provider received it.

use base64::{Engine, prelude::BASE64_STANDARD};
use std::io::{self, Read};
use tiny_http::Request;

/// The longest body that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// Method, path, headers and body of a request.
#[derive(Clone, Debug)]
pub struct ProviderRequest {
    /// The method, in capitals.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl ProviderRequest {
    pub(super) fn read(request: &mut Request) -> io::Result<Self> {
        let headers = request.headers().iter().map(|header| {
            let name = header.field.as_str().as_str().to_ascii_lowercase();
            (name, header.value.as_str().to_owned())
        });
        let mut received = Self {
            method: request.method().as_str().to_owned(),
            path: request.url().to_owned(),
            headers: headers.collect(),
            body: Vec::new(),
        };
        let mut body = request.as_reader().take(LONGEST);
        body.read_to_end(&mut received.body)?;
        Ok(received)
    }

    /// The header of that name, given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(other, _)| other == name)?;
        Some(value)
    }

    /// The fields of a form body, decoded.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// User name and password of Basic authentication (RFC 7617).
    #[must_use]
    pub fn credentials(&self) -> Option<(String, String)> {
        let encoded = self.header("authorization")?.strip_prefix("Basic ")?;
        let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
        let (username, password) = decoded.split_once(':')?;
        Some((username.to_owned(), password.to_owned()))
    }
}
