//! What a file means depends neither on how its bytes arrive nor on where windows end.

use std::io::{self, Read};

use proptest::prelude::*;

use super::{check, check_source, mutants::mutant};
use crate::xml::{Entry, Limit, MAX_TOKEN_BYTES, Refusal, TransactionReader, source::Source};

/// Bytes in pieces of given lengths, over and over, with an interruption before each.
struct Pieces<'b> {
    bytes: &'b [u8],
    lengths: Vec<usize>,
    reads: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads % 2 == 1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = self.lengths[self.reads / 2 % self.lengths.len()];
        let length = length.min(buffer.len()).min(self.bytes.len());
        self.bytes.read(&mut buffer[..length])
    }
}

fn judgement(checked: Result<(), Refusal>) -> Option<String> {
    checked.err().map(|refusal| refusal.to_string())
}

fn entries<R: Read>(reader: TransactionReader<R>) -> Vec<Result<Entry, String>> {
    reader
        .map(|entry| entry.map_err(|refusal| refusal.to_string()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn pieces_and_windows_of_any_size_give_the_same_result(
        document in mutant(),
        lengths in prop::collection::vec(1..50_usize, 1..5),
        read_bytes in 100..200_usize,
        window_bytes in 8..100_usize,
    ) {
        let source = || {
            let pieces = Pieces { bytes: document.as_bytes(), lengths: lengths.clone(), reads: 0 };
            Source::with_capacity(pieces, read_bytes, window_bytes)
        };
        prop_assert_eq!(judgement(check_source(source())), judgement(check(document.as_bytes())));
        prop_assert_eq!(
            entries(TransactionReader::over(source())),
            entries(TransactionReader::new(document.as_bytes()))
        );
    }
}

#[test]
fn a_byte_order_mark_within_the_text_is_kept_wherever_a_window_begins() {
    let message = "\u{feff}a\u{feff}\u{feff}b";
    let file = format!(
        "<Transactions><Transaction TransactionID='1'><Notes>{message}</Notes></Transaction></Transactions>"
    );
    for window_bytes in 8..200 {
        let source = Source::with_capacity(file.as_bytes(), 16, window_bytes);
        let entry = TransactionReader::over(source).next().unwrap().unwrap();
        assert_eq!(
            entry.outcome.unwrap().message.as_str(),
            message,
            "{window_bytes}"
        );
    }
}

#[test]
fn a_token_may_be_as_long_as_the_limit_and_no_longer() {
    let comment = |length: usize| format!("<a><!--{}--></a>", "x".repeat(length - "<!---->".len()));
    assert_eq!(judgement(check(comment(MAX_TOKEN_BYTES).as_bytes())), None);
    let refusal = check(comment(MAX_TOKEN_BYTES + 1).as_bytes()).unwrap_err();
    assert_eq!(refusal.code(), "LIMIT_EXCEEDED");
    assert_eq!(
        refusal.to_string(),
        format!("{} (line 1, column 4)", Limit::TokenBytes)
    );
}

#[test]
fn a_failed_read_is_told_after_the_entries_before_it_and_ends_the_reading() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let begin = b"<Transactions><Transaction TransactionID='1'><Notes>a</Notes></Transaction>";
    let padding = " ".repeat(100_000);
    let mut reader = TransactionReader::new(begin.chain(padding.as_bytes()).chain(Broken));
    assert_eq!(reader.next().unwrap().unwrap().ordinal, 1);
    let refusal = reader.next().unwrap().unwrap_err();
    assert!(
        matches!(&refusal, Refusal::Io(error) if error.kind() == io::ErrorKind::ConnectionReset)
    );
    assert_eq!(
        (refusal.code(), refusal.line(), refusal.column()),
        ("READ_FAILED", 0, 0)
    );
    assert!(reader.next().is_none());
}
