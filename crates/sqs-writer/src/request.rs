//! The event of an API Gateway REST proxy integration, as far as it is in use.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use std::collections::BTreeMap;

use jiff::Timestamp;
use lambda_failure::Failure;
use partner::PartnerId;
use serde::Deserialize;
use serde_json::Value;

use crate::idempotency::{IdempotencyKey, InvalidIdempotencyKey};

/// Every part may be null or absent, as it is in events of the console's Test button.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    /// Of a header that is given twice, the last value.
    headers: Option<BTreeMap<String, String>>,
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    /// Decoded by API Gateway; a name that is given twice has two values.
    pub(crate) multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    pub(crate) body: Option<String>,
    #[serde(default)]
    pub(crate) is_base64_encoded: bool,
    #[serde(rename = "requestContext")]
    context: RequestContext,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    authorizer: Option<AuthorizerContext>,
    /// Milliseconds since 1970.
    request_time_epoch: Option<i64>,
}

#[derive(Deserialize)]
struct AuthorizerContext {
    partner_id: Option<String>,
}

/// What the event says instead is not repeated: it may hold a token and a message.
#[derive(Debug, thiserror::Error)]
#[error("The event is not that of an API Gateway REST proxy integration.")]
struct InvalidEvent;

impl Request {
    pub(crate) fn read(payload: Value) -> Result<Self, Failure> {
        Self::deserialize(payload).map_err(|_| Failure::new("InvalidEvent", InvalidEvent))
    }

    /// The partner that the authorizer let in.
    pub(crate) fn partner(&self) -> Option<PartnerId> {
        let id = self.context.authorizer.as_ref()?.partner_id.as_deref()?;
        PartnerId::parse(id).ok()
    }

    /// When API Gateway took the request.
    pub(crate) fn received_at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.context.request_time_epoch?).ok()
    }

    /// The value of a header, whose name compares in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.headers.as_ref()?;
        headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The request's idempotency key, where it has one.
    pub(crate) fn idempotency_key(&self) -> Result<Option<IdempotencyKey>, InvalidIdempotencyKey> {
        let name = IdempotencyKey::HEADER;
        let values: Vec<_> = match &self.multi_value_headers {
            Some(headers) => headers
                .iter()
                .filter(|(header, _)| header.eq_ignore_ascii_case(name))
                .flat_map(|(_, values)| values.iter().map(String::as_str))
                .collect(),
            None => self.header(name).into_iter().collect(),
        };
        IdempotencyKey::read(&values)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_with_nothing_but_a_context_is_read() {
        let request = Request::read(json!({"requestContext": {}, "headers": null})).unwrap();
        assert_eq!(request.partner(), None);
        assert_eq!(request.received_at(), None);
        assert_eq!(request.header("Content-Type"), None);
    }

    #[test]
    fn the_time_is_rfc_3339_in_utc() {
        let event = json!({"requestContext": {"requestTimeEpoch": 1_772_357_400_123_i64}});
        let received_at = Request::read(event).unwrap().received_at().unwrap();
        assert_eq!(received_at.to_string(), "2026-03-01T09:30:00.123Z");
    }

    #[test]
    fn a_time_outside_the_calendar_is_none() {
        let event = json!({"requestContext": {"requestTimeEpoch": i64::MAX}});
        assert_eq!(Request::read(event).unwrap().received_at(), None);
    }

    #[test]
    fn a_header_is_found_in_any_case() {
        let event = json!({"requestContext": {}, "headers": {"content-TYPE": "a/b"}});
        let request = Request::read(event).unwrap();
        assert_eq!(request.header("Content-Type"), Some("a/b"));
    }

    #[test]
    fn a_key_is_found_without_the_lists_of_values() {
        let event = json!({"requestContext": {}, "headers": {"idempotency-key": "a"}});
        let key = Request::read(event).unwrap().idempotency_key();
        assert_eq!(key.unwrap().unwrap().as_str(), "a");
    }

    #[test]
    fn a_key_is_counted_over_every_writing_of_its_header() {
        let key = |headers: Value| {
            let event = json!({"requestContext": {}, "multiValueHeaders": headers});
            Request::read(event).unwrap().idempotency_key()
        };
        assert_eq!(key(Value::Null), Ok(None));
        assert_eq!(key(json!({"Accept": ["a"]})), Ok(None));
        for name in ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"] {
            let found = key(json!({name: ["a"]})).unwrap().unwrap();
            assert_eq!(found.as_str(), "a", "{name}");
        }
        for twice in [
            json!({"Idempotency-Key": ["a", "a"]}),
            json!({"Idempotency-Key": ["a"], "idempotency-key": ["b"]}),
        ] {
            assert_eq!(key(twice), Err(InvalidIdempotencyKey::Repeated));
        }
    }
}
