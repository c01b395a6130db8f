//! The transaction that a request holds, in its query string or in its body.

use partner_api::{MediaType, Request};
use transaction::{Transaction, form, json};

use crate::refusal::Refusal;

/// Reads the one transaction of a request. An empty body or query string is none.
pub(crate) fn read(request: &Request) -> Result<Transaction, Refusal> {
    let (query, body) = (request.query(), request.text()?);
    match (query.is_empty(), body.is_empty()) {
        (false, false) => Err(Refusal::BodyAndQuery),
        (true, true) => Err(Refusal::TransactionMissing),
        (false, true) => Ok(form::from_pairs(query)?),
        (true, false) => match request.media_type() {
            Some(MediaType::Form) => Ok(form::parse(&body)?),
            Some(MediaType::Json) => Ok(json::parse(body.as_bytes())?),
            None => Err(Refusal::UnsupportedMediaType),
        },
    }
}
