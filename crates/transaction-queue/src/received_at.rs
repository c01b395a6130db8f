//! The time of receipt, in the one form that stands behind the queue.

use jiff::Timestamp;

const SECONDS_FORM: &str = "0000-00-00T00:00:00";
const OFFSET_FORM: &str = "00:00";

/// Digits of a second's fraction that are kept. Nobody's clock tells more.
const FRACTION_DIGITS: usize = 9;

/// A time of RFC 3339 in UTC: `2026-03-01T09:30:00Z`, with the fraction of the second that was
/// written. The execution's name, the row and the events hold it as it stands, so the same time in
/// another offset must not be another text.
///
/// Nothing is answered for what is no such time: for a bare date, a time without seconds or without
/// an offset, a blank in the place of the `T`, and a time zone's name behind the offset.
pub(crate) fn in_utc(text: &str) -> Option<String> {
    let (seconds, rest) = text.split_at_checked(SECONDS_FORM.len())?;
    let (fraction, offset) = split_fraction(rest)?;
    if !has_form(seconds, SECONDS_FORM) || !is_offset(offset) {
        return None;
    }
    let time: Timestamp = format!("{seconds}{offset}").parse().ok()?;
    let utc = time.to_string();
    let utc = utc.strip_suffix('Z')?;
    // An offset may move the first and the last day of the calendar out of it.
    let fits = has_form(utc, SECONDS_FORM);
    fits.then(|| format!("{utc}{fraction}Z"))
}

/// The fraction with its point, cut to what is kept, and what stands behind it.
fn split_fraction(text: &str) -> Option<(&str, &str)> {
    let Some(digits) = text.strip_prefix('.') else {
        return Some(("", text));
    };
    let end = digits.find(|character: char| !character.is_ascii_digit())?;
    let kept = end.min(FRACTION_DIGITS);
    (end > 0).then(|| (&text[..=kept], &digits[end..]))
}

fn is_offset(text: &str) -> bool {
    let numeric = text.strip_prefix(['+', '-']);
    text == "Z" || numeric.is_some_and(|offset| has_form(offset, OFFSET_FORM) && offset < "24")
}

/// Whether the text is the form with a digit in the place of every zero.
fn has_form(text: &str, form: &str) -> bool {
    let mut pairs = text.bytes().zip(form.bytes());
    text.len() == form.len()
        && pairs.all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            mark => byte == mark,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_utc_stays_as_it_is() {
        for time in [
            "2026-03-01T09:30:00Z",
            "2026-03-01T09:30:00.123Z",
            "2026-03-01T09:30:00.100Z",
            "2024-02-29T23:59:59.123456789Z",
        ] {
            assert_eq!(in_utc(time).as_deref(), Some(time));
        }
    }

    #[test]
    fn a_time_with_an_offset_is_brought_to_utc_with_its_fraction() {
        for (time, utc) in [
            ("2026-03-01T09:30:00+00:00", "2026-03-01T09:30:00Z"),
            ("2026-03-01T09:30:00-00:00", "2026-03-01T09:30:00Z"),
            ("2026-03-01T00:30:00.120+01:00", "2026-02-28T23:30:00.120Z"),
            ("2025-12-31T23:59:59.9-23:59", "2026-01-01T23:58:59.9Z"),
            (
                "2026-03-01T15:15:00.1234567891+05:45",
                "2026-03-01T09:30:00.123456789Z",
            ),
            // A leap second, which Timestamps do not know.
            ("2017-01-01T00:59:60+01:00", "2016-12-31T23:59:59Z"),
        ] {
            assert_eq!(in_utc(time).as_deref(), Some(utc), "{time}");
            assert_eq!(in_utc(utc).as_deref(), Some(utc));
        }
    }

    #[test]
    fn nothing_else_is_a_time() {
        for text in [
            "",
            "Z",
            "yesterday",
            "2026-03-01",
            "2026-03-01Z",
            "2026-03-01T09:30Z",
            "2026-03-01T09:30:00",
            "2026-03-01T09:30:00.Z",
            "2026-03-01T09:30:00.5",
            "2026-03-01T09:30:00,5Z",
            "2026-03-01T09:30:00.5.5Z",
            "2026-03-01T09:30:00Z ",
            "2026-03-01T09:30:00ZZ",
            "2026-03-01T09:30:00Z[UTC]",
            "2026-03-01T09:30:00+00:00[UTC]",
            "2026-03-01T09:30:00+00",
            "2026-03-01T09:30:00+0000",
            "2026-03-01T09:30:00+24:00",
            "2026-03-01T09:30:00+01:60",
            "2026-03-01T09:30:00+01:00:00",
            "2026-03-01T09:30:00\u{2212}01:00",
            "2026-03-01 09:30:00Z",
            "2026-02-29T09:30:00Z",
            "2026-03-01T24:30:00Z",
            "2026-03-01T09:30:0éZ",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
        ] {
            assert_eq!(in_utc(text), None, "{text}");
        }
    }
}
