//! Whatever a partner may say is read as it was written, in every encoding and spelling.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use proptest::{prelude::*, sample::select};
use transaction::{TransactionId, xml::TransactionReader};

/// A character that XML allows, often one that needs care.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        select(
            &[
                '<', '>', '&', '\'', '"', ']', '-', '\n', '\r', '\t', ' ', 'a', 'é', '\u{85}',
                '\u{feff}', '\u{fffd}'
            ][..]
        ),
        any::<char>(),
    ]
    .prop_filter("XML does not allow it", |&character| {
        character >= ' ' && !matches!(character, '\u{fffe}' | '\u{ffff}')
            || matches!(character, '\t' | '\n' | '\r')
    })
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(character(), 1..40).prop_map(String::from_iter)
}

fn id() -> impl Strategy<Value = String> {
    text().prop_filter("no id", |id| TransactionId::parse(id.as_str()).is_ok())
}

/// How a character is written.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    /// As it is, if it can be.
    Plain,
    Decimal,
    Hexadecimal,
    /// In a CDATA section, if it can be.
    CData,
    /// Behind a comment.
    Commented,
}

const SPELLINGS: [Spelling; 5] = [
    Spelling::Plain,
    Spelling::Decimal,
    Spelling::Hexadecimal,
    Spelling::CData,
    Spelling::Commented,
];

const BEGINNINGS: [&[u8]; 6] = [
    b"",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"<?xml",
    b"<Transactions>",
];

fn write_text(text: &str, spellings: &[Spelling]) -> String {
    let write = |(character, spelling): (char, &Spelling)| match (spelling, character) {
        (Spelling::Decimal, _) | (_, '\r') => format!("&#{};", u32::from(character)),
        (Spelling::Hexadecimal, _) => format!("&#x{:X};", u32::from(character)),
        (Spelling::CData, _) => format!("<![CDATA[{character}]]>"),
        (Spelling::Commented, '\n') => "<!-- -->\r\n".to_owned(),
        (Spelling::Commented, _) => format!("<!-- & --><?p <?>{}", escaped(character)),
        (Spelling::Plain, _) => escaped(character),
    };
    text.chars()
        .zip(spellings.iter().cycle())
        .map(write)
        .collect()
}

/// Escapes what may not stand in text or between double quotes.
fn escaped(character: char) -> String {
    match character {
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        '"' => "&quot;".to_owned(),
        _ => character.to_string(),
    }
}

fn write_batch(declaration: &str, batch: &[(String, String)], spellings: &[Spelling]) -> String {
    let transactions: Vec<_> = batch
        .iter()
        .map(|(id, message)| {
            let id: String = id.chars().map(escaped).collect();
            let message = write_text(message, spellings);
            format!(
                "<Transaction TransactionID=\"{id}\">\n<Notes>{message}</Notes></Transaction>\r\n"
            )
        })
        .collect();
    format!(
        "{declaration}<Transactions>{}</Transactions>",
        transactions.concat()
    )
}

fn read(file: &[u8]) -> Vec<(String, String)> {
    TransactionReader::new(file)
        .map(|entry| entry.unwrap().outcome.unwrap())
        .map(|transaction| {
            (
                transaction.id.to_string(),
                transaction.message.into_string(),
            )
        })
        .collect()
}

/// Characters beyond ISO 8859-1 as references.
fn latin_1(text: &str) -> Vec<u8> {
    text.chars()
        .flat_map(|character| match u8::try_from(character) {
            Ok(byte) => vec![byte],
            Err(_) => format!("&#{};", u32::from(character)).into_bytes(),
        })
        .collect()
}

proptest! {
    #[test]
    fn every_batch_is_read_as_it_was_written(
        batch in prop::collection::vec((id(), text()), 0..5),
        spellings in prop::collection::vec(select(&SPELLINGS[..]), 1..8),
    ) {
        let file = write_batch("", &batch, &spellings);
        prop_assert_eq!(&read(file.as_bytes()), &batch);

        let marked = format!("\u{feff}{file}");
        prop_assert_eq!(&read(marked.as_bytes()), &batch);
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let wide: Vec<u8> = marked.encode_utf16().flat_map(bytes).collect();
            prop_assert_eq!(&read(&wide), &batch);
        }
    }

    #[test]
    fn every_batch_is_read_as_it_was_written_in_one_byte_a_character(
        batch in prop::collection::vec((id(), text()), 0..5),
        spellings in prop::collection::vec(
            select(&[Spelling::Plain, Spelling::Decimal, Spelling::Hexadecimal][..]), 1..8,
        ),
    ) {
        let declaration = "<?xml version='1.0' encoding='ISO-8859-1'?>";
        let file = write_batch(declaration, &batch, &spellings);
        prop_assert_eq!(&read(&latin_1(&file)), &batch);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        begin in select(&BEGINNINGS[..]),
        bytes in any::<Vec<u8>>(),
    ) {
        let file = [begin, &bytes].concat();
        let refusals = TransactionReader::new(&file[..]).filter(Result::is_err).count();
        prop_assert!(refusals <= 1);
    }
}
