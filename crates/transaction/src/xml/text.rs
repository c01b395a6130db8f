//! Character data as the application reads it: references resolved, line ends normalised.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use super::{IllFormed, character::is_legal};

/// The character of a reference, written without its `&` and `;`: one of the five entities of
/// XML, or a legal character by its number. Anything else is not well-formed without a document
/// type.
pub(super) fn resolve(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => character_of(reference.strip_prefix('#')?),
    }
}

fn character_of(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // The parser of numbers would accept a sign.
    if !digits.starts_with(|first: char| first.is_ascii_hexdigit()) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    char::from_u32(code).filter(|&character| is_legal(character))
}

/// Appends text with each carriage return, and each pair of carriage return and line feed, as one
/// line feed (section 2.11).
pub(super) fn push_normalised(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr(b'\r', rest.as_bytes()) {
        to.push_str(&rest[..at]);
        to.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    to.push_str(rest);
}

/// A checked attribute value as the application reads it: white space as spaces, references
/// resolved, which may bring other white space (section 3.3.3).
pub(super) fn attribute_value(raw: &str) -> Cow<'_, str> {
    let special = |text: &str| {
        text.bytes()
            .position(|byte| matches!(byte, b'&' | b'\t' | b'\r' | b'\n'))
    };
    if special(raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = special(rest) {
        value.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if let Some((reference, after)) = split_reference(rest) {
            value.extend(resolve(reference));
            after
        } else {
            value.push(' ');
            rest.strip_prefix("\r\n").unwrap_or(&rest[1..])
        };
    }
    value.push_str(rest);
    Cow::Owned(value)
}

/// Whether an attribute's value breaks no rule but those of characters, which hold for all text.
pub(super) fn check_attribute_value(raw: &str) -> Result<(), IllFormed> {
    let mut rest = raw;
    while let Some(at) = memchr2(b'<', b'&', rest.as_bytes()) {
        let special = &rest[at..];
        if special.starts_with('<') {
            return Err(IllFormed::LessThanInValue);
        }
        rest = match split_reference(special) {
            Some((reference, after)) if resolve(reference).is_some() => after,
            _ => return Err(IllFormed::InvalidReference),
        };
    }
    Ok(())
}

/// Whether text holds `]]>`, which it may not (section 2.4).
pub(super) fn holds_cdata_end(text: &str) -> bool {
    memchr_iter(b'>', text.as_bytes()).any(|at| text.as_bytes()[..at].ends_with(b"]]"))
}

/// `&reference;after` -> the reference and what comes after it.
fn split_reference(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('&')?.split_once(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_entities_and_legal_characters_are_references() {
        for (reference, character) in [
            ("lt", '<'),
            ("gt", '>'),
            ("amp", '&'),
            ("apos", '\''),
            ("quot", '"'),
            ("#65", 'A'),
            ("#x41", 'A'),
            ("#x00041", 'A'),
            ("#9", '\t'),
            ("#x10FFFF", '\u{10ffff}'),
            ("#xe9", 'é'),
        ] {
            assert_eq!(resolve(reference), Some(character), "{reference}");
        }
        for reference in [
            "",
            "LT",
            "nbsp",
            "#",
            "#x",
            "#0",
            "#x1",
            "#xD800",
            "#xFFFE",
            "#x110000",
            "#+65",
            "#x+41",
            "#X41",
            "#6A",
            "# 65",
            "#65 ",
            " lt",
            "#99999999999",
            "#-1",
            "#é",
        ] {
            assert_eq!(resolve(reference), None, "{reference}");
        }
    }

    #[test]
    fn line_ends_become_line_feeds() {
        let mut text = String::new();
        push_normalised("\ra\r\nb\n\r\r\nc\r", &mut text);
        assert_eq!(text, "\na\nb\n\n\nc\n");
    }

    #[test]
    fn white_space_in_a_value_becomes_spaces_unless_it_is_referenced() {
        assert_eq!(attribute_value("a\tb\r\nc\nd\re  f"), "a b c d e  f");
        assert_eq!(
            attribute_value("&#9;&#xA;&#13;\n&lt;&amp;lt;é"),
            "\t\n\r <&lt;é"
        );
    }

    #[test]
    fn a_value_may_hold_no_less_than_sign_and_no_unknown_reference() {
        assert_eq!(check_attribute_value("a > b &lt; &#60; é"), Ok(()));
        assert_eq!(
            check_attribute_value("a < b"),
            Err(IllFormed::LessThanInValue)
        );
        for value in ["&", "a & b", "&lt", "&nbsp;", "&#0;", "&;", "& lt;"] {
            assert_eq!(
                check_attribute_value(value),
                Err(IllFormed::InvalidReference),
                "{value}"
            );
        }
    }
}
