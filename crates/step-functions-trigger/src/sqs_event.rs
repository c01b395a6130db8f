//! What the event source mapping sends and wants back: the fields in use.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A batch of messages of a queue.
#[derive(Deserialize)]
pub(crate) struct SqsEvent {
    #[serde(rename = "Records")]
    pub(crate) records: Vec<Record>,
}

#[derive(Deserialize)]
pub(crate) struct Record {
    #[serde(rename = "messageId")]
    pub(crate) message_id: String,
    pub(crate) body: String,
}

/// A payload that no event source mapping of a queue sent. The JSON library's error is not kept:
/// it may quote the payload.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The event is not a batch of Amazon SQS messages with messageId and body.")]
pub(crate) struct NotAnSqsEvent;

impl SqsEvent {
    pub(crate) fn parse(payload: Value) -> Result<Self, NotAnSqsEvent> {
        serde_json::from_value(payload).map_err(|_| NotAnSqsEvent)
    }
}

/// The answer of a partial batch failure (`ReportBatchItemFailures`):
/// `{"batchItemFailures":[{"itemIdentifier":"…"}]}`.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    /// The messages that return to the queue; the others are deleted.
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// One message that returns to the queue.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchItemFailure {
    /// Its `messageId`.
    pub item_identifier: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_without_records_or_message_ids_is_refused_and_not_quoted() {
        for payload in [
            json!({}),
            json!(null),
            json!([]),
            json!({"Records": "SECRET"}),
            json!({"Records": [{"body": "SECRET"}]}),
            json!({"Records": [{"s3": {"object": {"key": "SECRET"}}}]}),
        ] {
            let error = SqsEvent::parse(payload).err().unwrap();
            assert!(!error.to_string().contains("SECRET"));
        }
    }

    #[test]
    fn no_failure_is_an_empty_list() {
        let response = BatchResponse {
            batch_item_failures: Vec::new(),
        };
        assert_eq!(
            serde_json::to_string(&response).unwrap(),
            r#"{"batchItemFailures":[]}"#
        );
    }
}
