//! Why a message of the queue is no transaction.

use jiff::Timestamp;

/// A message of the queue that is no transaction. No text holds any of the content.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQueuedTransaction {
    /// It is no JSON, lacks a field, or a field breaks its limits.
    #[error(
        "The queue message is not a transaction: {problem} at line {line}, column {column} of its JSON."
    )]
    Malformed {
        /// What is wrong there.
        problem: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// An upload without a place in it, or a place in no upload.
    #[error("The queue message is not a transaction: one of upload_id and ordinal is null.")]
    HalfAnOrigin,
    /// Places in an upload count from 1.
    #[error("The queue message is not a transaction: ordinal is 0.")]
    OrdinalZero,
    /// The time of receipt is none.
    #[error("The queue message is not a transaction: received_at is no time of RFC 3339 in UTC.")]
    NotATime,
}

/// The error of the JSON library quotes what it read, and so it is not kept as a source.
impl From<&serde_json::Error> for InvalidQueuedTransaction {
    fn from(error: &serde_json::Error) -> Self {
        let problem = if error.is_data() {
            "a field is absent or invalid"
        } else if error.is_eof() {
            "the text ends early"
        } else {
            "the text is not JSON"
        };
        Self::Malformed {
            problem,
            line: error.line(),
            column: error.column(),
        }
    }
}

/// Whether the text is `2026-03-01T09:30:00Z` or that with a fraction of a second: the row and the
/// events hold it as it stands, and a schema asks for no other form.
pub(crate) fn is_utc_time(text: &str) -> bool {
    let Some((seconds, rest)) = text.split_at_checked("0000-00-00T00:00:00".len()) else {
        return false;
    };
    let has_form =
        seconds
            .bytes()
            .zip("0000-00-00T00:00:00".bytes())
            .all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                mark => byte == mark,
            });
    let fraction = rest
        .strip_prefix('.')
        .and_then(|rest| rest.strip_suffix('Z'));
    let ends = rest == "Z" || fraction.is_some_and(|digits| !digits.is_empty());
    has_form && ends && text.parse::<Timestamp>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rfc_3339_in_utc() {
        for time in [
            "2026-03-01T09:30:00Z",
            "2026-03-01T09:30:00.123Z",
            "2024-02-29T23:59:59.123456789Z",
        ] {
            assert!(is_utc_time(time), "{time}");
        }
        for text in [
            "",
            "Z",
            "yesterday",
            "2026-03-01",
            "2026-03-01T09:30Z",
            "2026-03-01T09:30:00",
            "2026-03-01T09:30:00.Z",
            "2026-03-01T09:30:00,5Z",
            "2026-03-01T09:30:00+00:00",
            "2026-03-01T09:30:00Z[UTC]",
            "2026-03-01 09:30:00Z",
            "2026-02-29T09:30:00Z",
            "2026-03-01T24:30:00Z",
            "2026-03-01T09:30:0éZ",
        ] {
            assert!(!is_utc_time(text), "{text}");
        }
    }
}
