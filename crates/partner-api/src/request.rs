//! The event of an API Gateway REST proxy integration, as far as it is in use.

use std::{borrow::Cow, collections::BTreeMap};

use aws_smithy_types::base64;
use jiff::Timestamp;
use lambda_failure::Failure;
use partner::PartnerId;
use serde::Deserialize;
use serde_json::Value;

use crate::{MediaType, RequestError};

/// The largest body, decoded: the API's limit. The largest message is 200 KiB, which
/// percent-encoding makes three times as long at the most.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// A partner's request. Every part may be null or absent, as parts are in events of the console's Test
/// button; where the request's context is, no authorizer let a partner in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Of a header that is given twice, the last value.
    headers: Option<BTreeMap<String, String>>,
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    /// A name that is given twice has two values.
    multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
    #[serde(rename = "requestContext")]
    context: Option<RequestContext>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    /// What is no object of the authorizer's holds no partner.
    #[serde(default)]
    authorizer: Value,
    /// Milliseconds since 1970.
    request_time_epoch: Option<i64>,
}

/// What the event says instead is not repeated: it may hold a token and a message.
#[derive(Debug, thiserror::Error)]
#[error("The event is not that of an API Gateway REST proxy integration.")]
struct InvalidEvent;

impl Request {
    /// Reads an event.
    ///
    /// # Errors
    /// `InvalidEvent` for one of another kind.
    pub fn read(payload: Value) -> Result<Self, Failure> {
        Self::deserialize(payload).map_err(|_| Failure::new("InvalidEvent", InvalidEvent))
    }

    /// The partner that the authorizer let in, never one that the request itself names.
    ///
    /// # Errors
    /// [`RequestError::Unauthorized`] where no authorizer named one by its id.
    pub fn partner(&self) -> Result<PartnerId, RequestError> {
        let context = self.context.as_ref();
        let id = context.and_then(|context| context.authorizer["partner_id"].as_str());
        id.and_then(|id| PartnerId::parse(id).ok())
            .ok_or(RequestError::Unauthorized)
    }

    /// When API Gateway took the request.
    #[must_use]
    pub fn received_at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.context.as_ref()?.request_time_epoch?).ok()
    }

    /// The names and values of the query string, which API Gateway has decoded.
    #[must_use]
    pub fn query(&self) -> Vec<(&str, &str)> {
        pairs(self.multi_value_query_string_parameters.as_ref()).collect()
    }

    /// All values of a header, whose name compares in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<&str> {
        if self.multi_value_headers.is_none() {
            return self.last_value(name).into_iter().collect();
        }
        pairs(self.multi_value_headers.as_ref())
            .filter(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    /// The kind of the body, if it is one that the API knows.
    #[must_use]
    pub fn media_type(&self) -> Option<MediaType> {
        MediaType::parse(self.last_value("Content-Type")?)
    }

    /// The body, at most 1 MiB; none is an empty one. In the place of bytes that were not UTF-8, API
    /// Gateway has put U+FFFD, so the caller is to refuse one that is not escaped.
    ///
    /// # Errors
    /// [`RequestError::BodyTooLarge`] and [`RequestError::BodyNotText`].
    pub fn text(&self) -> Result<Cow<'_, str>, RequestError> {
        let body = self.body.as_deref().unwrap_or_default();
        let body = if self.is_base64_encoded == Some(true) {
            let bytes = base64::decode(body).map_err(|_| RequestError::BodyNotText)?;
            Cow::Owned(String::from_utf8(bytes).map_err(|_| RequestError::BodyNotText)?)
        } else {
            Cow::Borrowed(body)
        };
        if body.len() > MAX_BODY_BYTES {
            return Err(RequestError::BodyTooLarge);
        }
        Ok(body)
    }

    fn last_value(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().flatten();
        let found = headers.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

fn pairs(lists: Option<&BTreeMap<String, Vec<String>>>) -> impl Iterator<Item = (&str, &str)> {
    let lists = lists.into_iter().flatten();
    lists.flat_map(|(name, values)| values.iter().map(|value| (name.as_str(), value.as_str())))
}

#[cfg(test)]
mod tests;
