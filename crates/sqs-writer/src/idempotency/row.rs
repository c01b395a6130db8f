//! A row of the table of idempotency keys, and the request that it stands for.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

pub(super) type Row = HashMap<String, AttributeValue>;

/// A key that has been used and has not expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UsedKey {
    pub(super) content_sha256: String,
    /// When the first request under the key arrived: RFC 3339, UTC.
    pub(super) received_at: String,
    /// The attempt that sends the transaction; None once it stands on the queue.
    pub(super) attempt: Option<LeasedAttempt>,
}

/// An attempt of which nobody knows yet how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeasedAttempt {
    pub(super) id: String,
    /// From then on the attempt counts as dead.
    pub(super) lease_until: Timestamp,
}

/// A row that stands for no key, as only a write past this crate can leave it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("A row of the table of idempotency keys has no valid attribute `{attribute}`.")]
pub(crate) struct MalformedRow {
    /// The attribute that is absent, of another type, or outside its limits.
    attribute: &'static str,
}

/// Reads a key from a row. Attributes that it does not know are left alone.
pub(super) fn read(row: &Row) -> Result<UsedKey, MalformedRow> {
    let attempt = if row.contains_key("queued_at") {
        None
    } else {
        Some(LeasedAttempt {
            id: text(row, "attempt")?,
            lease_until: moment(row, "lease_until")?,
        })
    };
    Ok(UsedKey {
        content_sha256: text(row, "content_sha256")?,
        received_at: text(row, "received_at")?,
        attempt,
    })
}

fn text(row: &Row, attribute: &'static str) -> Result<String, MalformedRow> {
    row.get(attribute)
        .and_then(|value| value.as_s().ok())
        .cloned()
        .ok_or(MalformedRow { attribute })
}

/// A number of seconds since 1970.
fn moment(row: &Row, attribute: &'static str) -> Result<Timestamp, MalformedRow> {
    row.get(attribute)
        .and_then(|value| value.as_n().ok()?.parse().ok())
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or(MalformedRow { attribute })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        [
            ("content_sha256", AttributeValue::S("00ff".to_owned())),
            (
                "received_at",
                AttributeValue::S("2026-03-01T09:30:00Z".to_owned()),
            ),
            ("attempt", AttributeValue::S("1".to_owned())),
            ("lease_until", AttributeValue::N("1772357430".to_owned())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    #[test]
    fn a_row_without_a_time_of_queueing_is_an_attempt() {
        let key = read(&row()).unwrap();
        assert_eq!(key.content_sha256, "00ff");
        assert_eq!(key.received_at, "2026-03-01T09:30:00Z");
        let attempt = key.attempt.unwrap();
        assert_eq!(attempt.id, "1");
        assert_eq!(attempt.lease_until.to_string(), "2026-03-01T09:30:30Z");
    }

    #[test]
    fn a_queued_transaction_has_no_attempt() {
        let mut row = row();
        row.insert("queued_at".to_owned(), AttributeValue::S(String::new()));
        row.remove("attempt");
        row.remove("lease_until");
        assert_eq!(read(&row).unwrap().attempt, None);
    }

    #[test]
    fn an_attribute_that_is_missing_or_of_another_type_is_named() {
        for attribute in ["content_sha256", "received_at", "attempt", "lease_until"] {
            let mut row = row();
            row.insert(attribute.to_owned(), AttributeValue::Bool(true));
            assert_eq!(read(&row), Err(MalformedRow { attribute }));
            row.remove(attribute);
            assert_eq!(read(&row), Err(MalformedRow { attribute }));
        }
    }
}
