//! The transaction that a request holds, in its query string or in its body.

use std::{borrow::Cow, collections::BTreeMap, str};

use aws_smithy_types::base64;
use transaction::{Transaction, form, json};

use crate::{media_type::MediaType, refusal::Refusal, request::Request};

/// The largest body, decoded: the API's limit. The largest message is 200 KiB, which
/// percent-encoding makes three times as long at the most.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Reads the one transaction of a request. An empty body or query string is none.
pub(crate) fn read(request: &Request) -> Result<Transaction, Refusal> {
    let query = request
        .multi_value_query_string_parameters
        .as_ref()
        .filter(|query| !query.is_empty());
    let body = request.body.as_deref().filter(|body| !body.is_empty());
    match (query, body) {
        (Some(_), Some(_)) => Err(Refusal::BodyAndQuery),
        (None, None) => Err(Refusal::TransactionMissing),
        (Some(query), None) => read_query(query),
        (None, Some(body)) => read_body(request, body),
    }
}

/// API Gateway has decoded the query string already.
fn read_query(query: &BTreeMap<String, Vec<String>>) -> Result<Transaction, Refusal> {
    let pairs = query.iter().flat_map(|(name, values)| {
        let values = values.iter();
        values.map(|value| (name.as_str(), value.as_str()))
    });
    Ok(form::from_pairs(pairs)?)
}

fn read_body(request: &Request, body: &str) -> Result<Transaction, Refusal> {
    let media_type = request
        .header("Content-Type")
        .and_then(MediaType::parse)
        .ok_or(Refusal::UnsupportedMediaType)?;
    let body = if request.is_base64_encoded {
        Cow::Owned(base64::decode(body).map_err(|_| Refusal::BodyNotText)?)
    } else {
        Cow::Borrowed(body.as_bytes())
    };
    if body.len() > MAX_BODY_BYTES {
        return Err(Refusal::BodyTooLarge);
    }
    let text = str::from_utf8(&body).map_err(|_| Refusal::BodyNotText)?;
    Ok(match media_type {
        MediaType::Form => form::parse(text)?,
        MediaType::Json => json::parse(text.as_bytes())?,
    })
}
