//! One request, as the stand-in provider received it.

use base64::{Engine, prelude::BASE64_STANDARD};
use std::io::{self, BufRead, BufReader, Read};

/// The longest head and the longest body that are read, in bytes.
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
    /// Reads one request whose body, if any, has a Content-Length.
    pub(super) fn read(stream: &mut impl Read) -> io::Result<Self> {
        let mut reader = BufReader::new(stream);
        let mut lines = head(&mut reader)?.into_iter();
        let line = lines.next().unwrap_or_default();
        let mut words = line.split(' ').map(str::to_owned);
        let method = words.next().unwrap_or_default();
        let path = words.next().unwrap_or_default();
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        });
        let mut request = Self {
            method,
            path,
            headers: headers.collect(),
            body: Vec::new(),
        };
        let length = request.header("content-length").unwrap_or("0");
        let length: u64 = length.parse().map_err(io::Error::other)?;
        let mut body = Vec::new();
        reader.take(length.min(LONGEST)).read_to_end(&mut body)?;
        request.body = body;
        Ok(request)
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

/// The lines up to the empty one.
fn head(reader: &mut impl BufRead) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut reader = reader.take(LONGEST);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => return Ok(lines),
            line => lines.push(line.to_owned()),
        }
    }
}
