//! What an event tells of a transaction.

use serde::Deserialize;
use transaction::UploadId;

/// A message that does not hold an event of a transaction of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The message tells of no transaction of an upload.")]
pub(crate) struct NotAnOutcome;

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Stored,
    Duplicate,
    Rejected,
}

/// How the transaction at a place of an upload ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TransactionOutcome {
    pub(crate) upload: UploadId,
    /// From 1.
    pub(crate) ordinal: u64,
    pub(crate) outcome: Outcome,
}

/// The event as Amazon EventBridge puts it into the queue.
#[derive(Deserialize)]
#[serde(tag = "detail-type", content = "detail")]
enum Event {
    #[serde(rename = "TransactionStored")]
    Stored(Place),
    #[serde(rename = "TransactionDuplicated")]
    Duplicated(Place),
    #[serde(rename = "TransactionRejected")]
    Rejected(Place),
}

#[derive(Deserialize)]
struct Place {
    upload_id: UploadId,
    ordinal: u64,
}

impl Outcome {
    /// As the outcome's row has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "STORED",
            Self::Duplicate => "DUPLICATE",
            Self::Rejected => "REJECTED",
        }
    }
}

impl TransactionOutcome {
    /// Reads a message. The JSON library's error may quote it, and so it is not kept.
    pub(crate) fn read(body: &str) -> Result<Self, NotAnOutcome> {
        let event = serde_json::from_str(body).map_err(|_| NotAnOutcome)?;
        let (place, outcome) = match event {
            Event::Stored(place) => (place, Outcome::Stored),
            Event::Duplicated(place) => (place, Outcome::Duplicate),
            Event::Rejected(place) => (place, Outcome::Rejected),
        };
        Ok(Self {
            upload: place.upload_id,
            ordinal: place.ordinal,
            outcome,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPLOAD: &str = "00112233445566778899aabbccddeeff";

    fn body(kind: &str, detail: &str) -> String {
        format!(r#"{{"version":"0","detail-type":"{kind}","source":"s","detail":{detail}}}"#)
    }

    #[test]
    fn each_kind_of_event_is_an_outcome() {
        for (kind, outcome) in [
            ("TransactionStored", "STORED"),
            ("TransactionDuplicated", "DUPLICATE"),
            ("TransactionRejected", "REJECTED"),
        ] {
            let detail = format!(r#"{{"upload_id":"{UPLOAD}","ordinal":7,"code":"X"}}"#);
            let told = TransactionOutcome::read(&body(kind, &detail)).unwrap();
            assert_eq!((told.upload.as_str(), told.ordinal), (UPLOAD, 7));
            assert_eq!(told.outcome.as_str(), outcome);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for body in [
            String::new(),
            "{}".to_owned(),
            body("UploadReceived", "{}"),
            body("TransactionStored", r#"{"upload_id":null,"ordinal":null}"#),
            body(
                "TransactionStored",
                &format!(r#"{{"upload_id":"{UPLOAD}"}}"#),
            ),
        ] {
            assert_eq!(TransactionOutcome::read(&body), Err(NotAnOutcome), "{body}");
        }
    }
}
