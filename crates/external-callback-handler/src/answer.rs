//! The answer of a Lambda proxy integration, and the envelope that every error comes in.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{callback::Callback, refusal::Refusal};

/// An HTTP response in the form that API Gateway takes from a function.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    headers: BTreeMap<&'static str, &'static str>,
    body: String,
    is_base64_encoded: bool,
}

/// The body of a 200, the same for the first answer and every repetition.
#[derive(Serialize)]
struct Accepted<'a> {
    order_id: &'a str,
    task_type: &'a str,
    task_status: &'a str,
}

/// `{"error":{"code":"…","message":"…","field":"…"?}}`
#[derive(Serialize)]
struct ErrorEnvelope {
    error: ErrorBody,
}

#[derive(Serialize)]
struct ErrorBody {
    /// For programs; stays the same for ever.
    code: &'static str,
    /// For people.
    message: String,
    /// The field of the request that the error is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
}

impl Response {
    /// The workflow has what the callback says.
    pub(crate) fn accepted(callback: &Callback) -> Self {
        let body = Accepted {
            order_id: callback.key.order_id(),
            task_type: callback.key.task_type(),
            task_status: callback.report.status(),
        };
        Self::json(200, &body)
    }

    /// The callback is not taken.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        let error = ErrorBody {
            code: refusal.code(),
            message: refusal.to_string(),
            field: refusal.field(),
        };
        let mut response = Self::json(refusal.status(), &ErrorEnvelope { error });
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
