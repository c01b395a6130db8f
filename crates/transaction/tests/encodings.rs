//! The encodings that files come in.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use transaction::xml::{Refusal, TransactionReader};

const TEXT: &str = "é Ünï £ÿ";

fn batch(declaration: &str, message: &str) -> String {
    format!(
        "{declaration}<Transactions>\n<Transaction TransactionID='{message}'><Notes>{message}</Notes></Transaction></Transactions>"
    )
}

fn declared(encoding: &str) -> String {
    batch(
        &format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>"),
        TEXT,
    )
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn latin_1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|character| u8::try_from(character).unwrap())
        .collect()
}

/// The one message of a file; its id is the same.
fn message(file: &[u8]) -> Result<String, Refusal> {
    let entries: Vec<_> = TransactionReader::new(file).collect::<Result<_, _>>()?;
    let [entry] = &entries[..] else {
        panic!("{entries:?}")
    };
    let transaction = entry.outcome.as_ref().unwrap();
    assert_eq!(transaction.id.as_str(), transaction.message.as_str());
    Ok(transaction.message.as_str().to_owned())
}

fn refusal(file: &[u8]) -> (&'static str, u64, u64) {
    let refusal = message(file).unwrap_err();
    (refusal.code(), refusal.line(), refusal.column())
}

#[test]
fn utf_8_is_read_with_and_without_mark_and_declaration() {
    for file in [
        batch("", TEXT),
        batch("\u{feff}", TEXT),
        declared("UTF-8"),
        declared("utf-8"),
        format!("\u{feff}{}", declared("UTF-8")),
        format!(" \r\n\t{}", declared("UTF-8")),
    ] {
        assert_eq!(message(file.as_bytes()).unwrap(), TEXT);
    }
}

#[test]
fn utf_16_is_read_by_its_mark() {
    let wide = "é 注文 \u{10000}";
    for declaration in [
        "",
        "<?xml version='1.0' encoding='UTF-16'?>",
        " <?xml version='1.0'?>",
    ] {
        let text = format!("\u{feff}{}", batch(declaration, wide));
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(
                message(&utf_16(&text, bytes)).unwrap(),
                wide,
                "{declaration}"
            );
        }
    }
}

#[test]
fn what_a_transcoded_file_declares_is_not_held_against_the_mark_of_utf_16() {
    for name in [
        "UTF-8",
        "ISO-8859-1",
        "US-ASCII",
        "UTF-16BE",
        "windows-1252",
    ] {
        let text = format!("\u{feff}{}", declared(name));
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(message(&utf_16(&text, bytes)).unwrap(), TEXT, "{name}");
        }
    }
    for declaration in [
        "<?xml version='1.0' encoding='8'?>",
        "<?xml encoding='UTF-8'?>",
    ] {
        let text = format!("\u{feff}{}", batch(declaration, TEXT));
        let file = utf_16(&text, u16::to_le_bytes);
        assert_eq!(refusal(&file), ("NOT_WELL_FORMED", 1, 1), "{declaration}");
    }
}

#[test]
fn single_byte_encodings_are_read_by_declaration() {
    for name in ["ISO-8859-1", "iso-8859-1", "latin1"] {
        assert_eq!(message(&latin_1(&declared(name))).unwrap(), TEXT, "{name}");
    }
    let spaced = format!("\n  {}", declared("ISO-8859-1"));
    assert_eq!(message(&latin_1(&spaced)).unwrap(), TEXT);
    let ascii = batch("<?xml version='1.0' encoding='US-ASCII'?>", "&#233;~");
    assert_eq!(message(ascii.as_bytes()).unwrap(), "é~");
}

#[test]
fn iso_8859_1_is_not_windows_1252() {
    let file = batch("<?xml version='1.0' encoding='ISO-8859-1'?>", "a\u{a0}b");
    assert_eq!(message(&latin_1(&file)).unwrap(), "a\u{a0}b");
    // 0x80 is a control character here and the sign of the euro there.
    let entries: Vec<_> =
        TransactionReader::new(&latin_1(&file.replace('\u{a0}', "\u{80}"))[..]).collect();
    let rejected = entries[0].as_ref().unwrap().outcome.as_ref().unwrap_err();
    assert_eq!(rejected.reason.code(), "ID_CONTROL_CHARACTER");
    assert_eq!(rejected.id.as_deref(), Some("a\u{80}b"));
}

#[test]
fn every_other_encoding_is_refused_by_name() {
    for name in [
        "windows-1252",
        "ISO-8859-15",
        "KOI8-R",
        "Shift_JIS",
        "UTF-32",
        "UTF8",
        "EBCDIC",
    ] {
        let refusal = message(declared(name).as_bytes()).unwrap_err();
        assert_eq!((refusal.code(), refusal.line()), ("UNKNOWN_ENCODING", 1));
        assert!(refusal.to_string().contains(name), "{refusal}");
    }
    // The bytes need not even be UTF-8.
    assert_eq!(
        refusal(&latin_1(&declared("windows-1252"))),
        ("UNKNOWN_ENCODING", 1, 1)
    );
}

#[test]
fn a_declaration_may_not_contradict_the_first_bytes() {
    for (mark, name) in [
        ("\u{feff}", "ISO-8859-1"),
        ("\u{feff}", "US-ASCII"),
        ("\u{feff}", "UTF-16"),
        ("", "UTF-16"),
        ("", "UTF-16LE"),
    ] {
        let file = format!("{mark}{}", declared(name));
        assert_eq!(
            refusal(file.as_bytes()).0,
            "ENCODING_CONTRADICTED",
            "{name}"
        );
    }
    // A declaration that is out of sight cannot choose an encoding any more.
    let late = format!("{}{}", " ".repeat(100_000), declared("US-ASCII"));
    assert_eq!(refusal(late.as_bytes()).0, "ENCODING_CONTRADICTED");
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_stand() {
    let utf_8 = [b"<Transactions>\n\xc3\xa9 ", &b"\xff</Transactions>"[..]].concat();
    assert_eq!(refusal(&utf_8), ("NOT_WELL_FORMED", 2, 3));
    let ascii = "<?xml version='1.0' encoding='US-ASCII'?>\n<Transactions>é</Transactions>";
    assert_eq!(refusal(ascii.as_bytes()), ("NOT_WELL_FORMED", 2, 15));
    let mut surrogate = utf_16("\u{feff}<Transactions>", u16::to_le_bytes);
    surrogate.extend([0x00, 0xd8, b'<', 0]);
    assert_eq!(refusal(&surrogate), ("NOT_WELL_FORMED", 1, 15));
    let mut odd = utf_16("\u{feff}<Transactions/>", u16::to_be_bytes);
    odd.push(0);
    assert_eq!(refusal(&odd), ("NOT_WELL_FORMED", 1, 16));
}

#[test]
fn utf_16_without_its_mark_and_utf_32_are_refused() {
    let text = batch("", "a");
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        assert_eq!(refusal(&utf_16(&text, bytes)).0, "NOT_WELL_FORMED");
    }
    let utf_32: Vec<u8> = "\u{feff}<a/>"
        .chars()
        .flat_map(|c| u32::from(c).to_le_bytes())
        .collect();
    assert_eq!(refusal(&utf_32).0, "NOT_WELL_FORMED");
}
