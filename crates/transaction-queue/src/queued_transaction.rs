//! One transaction as it stands on the queue.

use partner::PartnerId;
use serde::{Deserialize, Serialize};
use transaction::{Message, TransactionId, UploadId};

use crate::{InvalidQueuedTransaction, received_at};

/// One accepted transaction on its way to the workflow.
///
/// As JSON: `{"id","transaction_message","partner","upload_id"|null,"ordinal"|null,"received_at"}`.
/// What is read has both `upload_id` and `ordinal` or neither, and its time in UTC, in whatever
/// offset it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct QueuedTransaction {
    /// The partner's own id of the transaction.
    pub id: TransactionId,
    /// What the partner says about it, not yet cleaned.
    pub transaction_message: Message,
    /// Whose transaction it is.
    pub partner: PartnerId,
    /// The upload that it came with; absent for a request to the API.
    pub upload_id: Option<UploadId>,
    /// Its place in the upload, from 1; absent for a request to the API.
    pub ordinal: Option<u64>,
    /// When the upload or the request arrived, RFC 3339 in UTC.
    pub received_at: String,
}

/// The same, each field valid by itself.
#[derive(Deserialize)]
struct Fields {
    id: TransactionId,
    transaction_message: Message,
    partner: PartnerId,
    upload_id: Option<UploadId>,
    ordinal: Option<u64>,
    received_at: String,
}

impl QueuedTransaction {
    /// The message body. Amazon SQS refuses a message that holds U+FFFE or U+FFFF
    /// (`SendMessage`, parameter `MessageBody`), which JSON may write as escapes; the control
    /// characters that it refuses are escapes in every JSON.
    ///
    /// # Panics
    /// Never: strings, numbers and nulls always serialise.
    #[must_use]
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string(self).expect("strings, numbers and nulls serialise");
        if json.contains(['\u{fffe}', '\u{ffff}']) {
            json.replace('\u{fffe}', "\\ufffe")
                .replace('\u{ffff}', "\\uffff")
        } else {
            json
        }
    }

    /// Reads a message body. Unknown fields are passed over, so that a newer sender may add one.
    ///
    /// # Errors
    /// [`InvalidQueuedTransaction`] for what is no JSON, lacks a field, breaks a limit, or has
    /// fields that do not fit each other.
    pub fn from_json(body: &str) -> Result<Self, InvalidQueuedTransaction> {
        let fields: Fields =
            serde_json::from_str(body).map_err(|error| InvalidQueuedTransaction::from(&error))?;
        fields.try_into()
    }
}

impl TryFrom<Fields> for QueuedTransaction {
    type Error = InvalidQueuedTransaction;

    fn try_from(fields: Fields) -> Result<Self, InvalidQueuedTransaction> {
        match (&fields.upload_id, fields.ordinal) {
            (Some(_), Some(0)) => return Err(InvalidQueuedTransaction::OrdinalZero),
            (Some(_), Some(_)) | (None, None) => {}
            _ => return Err(InvalidQueuedTransaction::HalfAnOrigin),
        }
        let received_at =
            received_at::in_utc(&fields.received_at).ok_or(InvalidQueuedTransaction::NotATime)?;
        Ok(Self {
            id: fields.id,
            transaction_message: fields.transaction_message,
            partner: fields.partner,
            upload_id: fields.upload_id,
            ordinal: fields.ordinal,
            received_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::samples;

    /// The characters that Amazon SQS accepts, as its API reference lists them.
    fn sqs_accepts(character: char) -> bool {
        matches!(character, '\u{9}' | '\u{a}' | '\u{d}' | '\u{20}'..='\u{d7ff}'
            | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
    }

    #[test]
    fn the_json_has_exactly_the_fields_of_the_contract() {
        assert_eq!(
            samples::from_upload(7).to_json(),
            concat!(
                r#"{"id":"7","transaction_message":"Transaction made between user 57 and user 732.","#,
                r#""partner":"acme","upload_id":"00112233445566778899aabbccddeeff","ordinal":7,"#,
                r#""received_at":"2026-03-01T09:30:00Z"}"#
            )
        );
    }

    #[test]
    fn a_request_has_neither_upload_nor_ordinal() {
        let json = samples::from_request("12").to_json();
        assert!(
            json.contains(r#""upload_id":null,"ordinal":null"#),
            "{json}"
        );
        assert_eq!(
            QueuedTransaction::from_json(&json),
            Ok(samples::from_request("12"))
        );
    }

    #[test]
    fn a_field_of_a_newer_sender_is_passed_over() {
        let json = samples::from_upload(1)
            .to_json()
            .replacen('{', r#"{"new":true,"#, 1);
        assert_eq!(
            QueuedTransaction::from_json(&json),
            Ok(samples::from_upload(1))
        );
    }

    #[test]
    fn a_time_of_another_offset_is_read_in_utc() {
        let json = samples::from_request("12").to_json();
        let shifted = json.replace("09:30:00Z", "10:30:00+01:00");
        assert_ne!(shifted, json);
        assert_eq!(
            QueuedTransaction::from_json(&shifted),
            Ok(samples::from_request("12"))
        );
    }

    #[test]
    fn the_error_tells_the_place_and_not_the_content() {
        let good = samples::from_upload(1).to_json();
        for (body, problem) in [
            ("SECRET", "not JSON"),
            (r#"{"id":"SECRET"#, "ends early"),
            (r#"{"id":"SECRET"}"#, "absent or invalid"),
            (
                &*good.replace("acme", "SECRET partner"),
                "absent or invalid",
            ),
            (
                &*good.replace(r#""ordinal":1"#, r#""ordinal":"SECRET""#),
                "absent or invalid",
            ),
            (
                &*good.replace(r#""id":"1""#, r#""id":" SECRET""#),
                "absent or invalid",
            ),
        ] {
            let text = QueuedTransaction::from_json(body).unwrap_err().to_string();
            assert!(text.contains(problem), "{body}: {text}");
            assert!(text.contains("line 1"), "{text}");
            assert!(!text.contains("SECRET"), "{text}");
        }
    }

    #[test]
    fn fields_that_do_not_fit_each_other_are_refused_by_name() {
        let good = samples::from_upload(1).to_json();
        let upload = r#""upload_id":"00112233445566778899aabbccddeeff""#;
        for (field, other, reason) in [
            (
                upload,
                r#""upload_id":null"#,
                InvalidQueuedTransaction::HalfAnOrigin,
            ),
            (
                r#""ordinal":1"#,
                r#""ordinal":null"#,
                InvalidQueuedTransaction::HalfAnOrigin,
            ),
            (
                r#""ordinal":1"#,
                r#""ordinal":0"#,
                InvalidQueuedTransaction::OrdinalZero,
            ),
            (
                "2026-03-01T09:30:00Z",
                "SECRET",
                InvalidQueuedTransaction::NotATime,
            ),
        ] {
            let body = good.replace(field, other);
            assert_ne!(body, good);
            assert!(serde_json::from_str::<QueuedTransaction>(&body).is_err());
            let error = QueuedTransaction::from_json(&body).unwrap_err();
            assert!(!error.to_string().contains("SECRET"), "{error}");
            assert_eq!(error, reason);
        }
    }

    proptest! {
        #[test]
        fn every_message_passes_the_queue_unchanged(
            id in any::<String>(), message in any::<String>(), noncharacter in "[\u{fffe}\u{ffff}]{0,3}",
        ) {
            let message = format!("{message}{noncharacter}");
            prop_assume!(TransactionId::parse(id.clone()).is_ok() && !message.is_empty());
            let queued = QueuedTransaction {
                id: TransactionId::parse(id).unwrap(),
                transaction_message: Message::parse(message).unwrap(),
                ..samples::from_upload(1)
            };
            let json = queued.to_json();
            prop_assert!(json.chars().all(sqs_accepts), "{json:?}");
            prop_assert_eq!(QueuedTransaction::from_json(&json), Ok(queued));
        }
    }
}
