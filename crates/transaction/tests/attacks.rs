//! Files that are made to exhaust whoever reads them: each ends soon and by name.
//!
//! Most of them never end. What is read of them is counted, because that bounds time and memory on
//! every machine.

mod endless;

use transaction::xml::TransactionReader;

const TRANSACTION: &str = "<Transactions><Transaction TransactionID='1'>";

#[test]
fn a_file_without_end_is_refused_at_its_first_fault() {
    let in_notes = format!("{TRANSACTION}<Notes>");
    for (begin, repeated, code) in [
        ("", "\0", "NOT_WELL_FORMED"),
        ("PK\u{3}\u{4}", "\u{14}\u{8}x", "NOT_WELL_FORMED"),
        ("", "x", "LIMIT_EXCEEDED"),
        ("", "<Transactions/>", "NOT_WELL_FORMED"),
        ("<Transactions>", "<a>", "LIMIT_EXCEEDED"),
        (TRANSACTION, "<Notes>", "LIMIT_EXCEEDED"),
        ("<!DOCTYPE a [", "<!ENTITY b 'c'>", "DOCUMENT_TYPE_DECLARED"),
        ("<!DOCTYPE ", "a", "DOCUMENT_TYPE_DECLARED"),
        (&in_notes, "&a;", "NOT_WELL_FORMED"),
        (&in_notes, "&", "NOT_WELL_FORMED"),
        (&in_notes, "\u{b}", "NOT_WELL_FORMED"),
    ] {
        let (refused, read) = endless::refusal(begin, repeated);
        assert_eq!(refused, code, "{begin}{repeated}");
        // A text of one token is read as far as a token goes; anything else ends at once.
        if repeated != "x" {
            assert!(read <= 128 * 1024, "{begin}{repeated}: {read} bytes");
        }
    }
}

#[test]
fn a_finite_attack_is_refused_as_well() {
    let levels = format!("<Transactions>{}", "<a>".repeat(1_000_000));
    let attributes: Vec<_> = (0..200_000)
        .map(|number| format!(" a{number}=''"))
        .collect();
    let laughs: Vec<_> = (1..10)
        .map(|level| {
            format!(
                "<!ENTITY l{level} '{}'>",
                format!("&l{};", level - 1).repeat(10)
            )
        })
        .collect();
    for (file, code) in [
        (levels, "LIMIT_EXCEEDED"),
        (
            format!("<Transactions{}/>", attributes.concat()),
            "LIMIT_EXCEEDED",
        ),
        (
            format!(
                "<!DOCTYPE a [<!ENTITY l0 'ha'>{}]><Transactions>&l9;</Transactions>",
                laughs.concat()
            ),
            "DOCUMENT_TYPE_DECLARED",
        ),
        (
            "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><Transactions/>".to_owned(),
            "DOCUMENT_TYPE_DECLARED",
        ),
        (
            "<Transactions/><Transactions/>".to_owned(),
            "NOT_WELL_FORMED",
        ),
        (String::new(), "NOT_WELL_FORMED"),
    ] {
        let refusal = TransactionReader::new(file.as_bytes()).find_map(Result::err);
        assert_eq!(refusal.expect("a refusal").code(), code);
    }
}
