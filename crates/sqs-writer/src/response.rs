//! The answer of a Lambda proxy integration.

use std::collections::BTreeMap;

use serde::Serialize;
use transaction::TransactionId;

use crate::{
    envelope::{ErrorBody, ErrorEnvelope},
    refusal::Refusal,
};

/// An HTTP response in the form that API Gateway takes from a function.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    headers: BTreeMap<&'static str, &'static str>,
    body: String,
    is_base64_encoded: bool,
}

/// The body of a 202.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Queued<'a> {
    transaction_id: &'a TransactionId,
    status: &'static str,
}

impl Response {
    /// The transaction stands on the queue.
    pub(crate) fn queued(id: &TransactionId) -> Self {
        Self::json(
            202,
            &Queued {
                transaction_id: id,
                status: "QUEUED",
            },
        )
    }

    /// The request starts nothing.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        let envelope = ErrorEnvelope {
            error: ErrorBody {
                code: refusal.code(),
                message: refusal.to_string(),
                field: refusal.field(),
            },
        };
        let mut response = Self::json(refusal.status(), &envelope);
        response.headers.extend(refusal.header());
        response
    }

    fn json(status_code: u16, body: &impl Serialize) -> Self {
        Self {
            status_code,
            headers: BTreeMap::from([("content-type", "application/json")]),
            body: serde_json::to_string(body).expect("a body of strings serialises"),
            is_base64_encoded: false,
        }
    }
}
