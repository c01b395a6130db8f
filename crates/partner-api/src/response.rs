//! The answer of a Lambda proxy integration.

use std::collections::BTreeMap;

use serde::Serialize;

/// An HTTP response in the form that API Gateway takes from a function.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    headers: BTreeMap<&'static str, String>,
    body: String,
    is_base64_encoded: bool,
}

/// An error as the partner reads it: `{"error":{"code":"…","message":"…","field":"…"?}}`
#[derive(Debug, Serialize)]
pub struct ApiError {
    /// The HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// For programs; stays the same for ever.
    pub code: &'static str,
    /// For people; holds nothing of the inside.
    pub message: String,
    /// The field or header of the request that the error is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// After how many seconds to come again, in `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

impl Response {
    /// An answer with a body of JSON.
    ///
    /// # Panics
    /// Where the body's own `Serialize` fails, which that of a struct of texts never does.
    #[must_use]
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        Self {
            status_code: status,
            headers: BTreeMap::from([("content-type", "application/json".to_owned())]),
            body: serde_json::to_string(body).expect("a body of texts serialises"),
            is_base64_encoded: false,
        }
    }
}

impl From<ApiError> for Response {
    fn from(error: ApiError) -> Self {
        let mut response = Self::json(error.status, &BTreeMap::from([("error", &error)]));
        let headers = &mut response.headers;
        if error.status == 401 {
            // RFC 9110 §11.6.1 wants a challenge with every 401.
            headers.insert("www-authenticate", "Bearer".to_owned());
        }
        if let Some(seconds) = error.retry_after {
            headers.insert("retry-after", seconds.to_string());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_is_told_in_the_envelope() {
        let error = ApiError {
            status: 503,
            code: "CODE",
            message: "Text.".to_owned(),
            field: Some("order_id"),
            retry_after: Some(5),
        };
        let expected = json!({
            "statusCode": 503,
            "headers": {"content-type": "application/json", "retry-after": "5"},
            "body": r#"{"error":{"code":"CODE","message":"Text.","field":"order_id"}}"#,
            "isBase64Encoded": false,
        });
        assert_eq!(json!(Response::from(error)), expected);
    }
}
