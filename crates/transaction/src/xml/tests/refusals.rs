//! Limits, and what a refusal tells.

use super::{check, defect};
use crate::xml::{Defect, Limit, MAX_ATTRIBUTES, MAX_DEPTH, MAX_NAME_BYTES, TransactionReader};

#[test]
fn limits_are_kept_to_the_last_one() {
    let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let attributes = |count| {
        let attributes: Vec<_> = (0..count).map(|number| format!(" a{number}=''")).collect();
        format!("<a{}/>", attributes.concat())
    };
    let named = |length| format!("<{}/>", "a".repeat(length));
    for (document, beyond, limit) in [
        (nested(MAX_DEPTH), nested(MAX_DEPTH + 1), Limit::Depth),
        (
            attributes(MAX_ATTRIBUTES),
            attributes(MAX_ATTRIBUTES + 1),
            Limit::Attributes,
        ),
        (
            named(MAX_NAME_BYTES),
            named(MAX_NAME_BYTES + 1),
            Limit::NameBytes,
        ),
    ] {
        assert_eq!(defect(&document), None, "{limit}");
        assert_eq!(defect(&beyond), Some(Defect::LimitExceeded(limit)));
    }
}

#[test]
fn the_place_of_a_defect_is_told() {
    for (document, place) in [
        ("", (1, 1)),
        ("<a>\n", (2, 1)),
        ("<a>\r\n  é<b c=''\r c=''/></a>", (2, 4)),
        ("<a>\n\n<![CDATA[", (3, 1)),
        ("<a>é\u{1}</a>", (1, 5)),
        ("<a>\n<!-- \u{b} -->", (2, 6)),
        ("<a/>\n\n <b/>", (3, 2)),
    ] {
        let refusal = check(document.as_bytes()).unwrap_err();
        assert_eq!((refusal.line(), refusal.column()), place, "{document:?}");
    }
}

#[test]
fn a_refusal_quotes_names_and_nothing_else() {
    let long = "n".repeat(100);
    let document = format!("<{long} a='SECRET'>SECRET</SECRET>");
    let text = check(document.as_bytes()).unwrap_err().to_string();
    assert!(
        text.contains(&long[..64]) && !text.contains(&long[..65]),
        "{text}"
    );
    for document in [
        "<a><5SECRET></a>",
        "<a SECRET/>",
        "<a b='SECRET<'/>",
        "SECRET",
        "<a>&SECRET;</a>",
    ] {
        let text = check(document.as_bytes()).unwrap_err().to_string();
        assert!(!text.contains("SECRET"), "{text}");
    }
}

#[test]
fn without_names_a_refusal_quotes_nothing_at_all() {
    for (document, sentence) in [
        ("<SECRET>", "it ends before the end tag of (…)"),
        (
            "<SECRET><a></SECRET>",
            "does not match the start tag of (…)",
        ),
        ("<a SECRET='' SECRET=''/>", "the attribute (…) stands twice"),
        (
            "<a xmlns:SECRET='http://www.w3.org/2000/xmlns/'/>",
            "the name (…) is reserved",
        ),
        (
            "<?xml version='1.0' encoding='SECRET'?><a/>",
            "The encoding (…) is not accepted",
        ),
        ("<a>&SECRET;</a>", "an & begins no reference"),
        ("<!DOCTYPE SECRET>", "document type declaration"),
    ] {
        let text = check(document.as_bytes()).unwrap_err().without_names();
        assert!(text.contains(sentence), "{document}: {text}");
        assert!(text.contains("(line 1, column "), "{text}");
        assert!(!text.contains("SECRET"), "{text}");
    }
    let wrong_root = TransactionReader::new(&b"<SECRET/>"[..]).find_map(Result::err);
    let text = wrong_root.unwrap().without_names();
    assert!(
        text.starts_with("The root element is (…) instead"),
        "{text}"
    );
}
