//! The envelope that every error of the API comes in.

use serde::Serialize;

/// `{"error":{"code":"…","message":"…","field":"…"?}}`
#[derive(Debug, Serialize)]
pub(crate) struct ErrorEnvelope<'a> {
    pub(crate) error: ErrorBody<'a>,
}

/// What the partner reads.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorBody<'a> {
    /// For programs; stays the same for ever.
    pub(crate) code: &'a str,
    /// For people.
    pub(crate) message: String,
    /// The field of the request that the error is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<&'a str>,
}
