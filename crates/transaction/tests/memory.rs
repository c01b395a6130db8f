//! Memory does not grow with the file. There is one test here, because it measures the process.
#![allow(clippy::unwrap_used, reason = "these are tests")]

mod endless;

use std::{fs, io::Read};

use endless::Endless;
use transaction::xml::{MAX_TOKEN_BYTES, TransactionReader};

const MIB: u64 = 1024 * 1024;

const TRANSACTION: &str = "<Transactions><Transaction TransactionID='1'>";

#[test]
fn memory_is_bounded_by_the_longest_token() {
    let start = peak_memory_bytes();
    read_long_files();
    let grown = peak_memory_bytes() - start;
    assert!(grown <= 3 * MIB, "{grown} bytes for files of short tokens");

    read_many_entries_in_a_long_window();
    read_endless_tokens();
    let grown = peak_memory_bytes() - start;
    assert!(grown <= 48 * MIB, "{grown} bytes for the longest tokens");
}

/// A message in pieces, many transactions, many bad ones: none of it adds up.
fn read_long_files() {
    const FILE_BYTES: usize = 4_000_000;
    let good = "<Transaction TransactionID='1'><Notes>m</Notes></Transaction>";
    let notes = format!("{TRANSACTION}<Notes>");
    let end_of_notes = "</Notes></Transaction></Transactions>";
    for (begin, repeated, end, entries) in [
        (&*notes, "x<!-- -->", end_of_notes, 1),
        (
            "<Transactions>",
            good,
            "</Transactions>",
            FILE_BYTES / good.len(),
        ),
        ("<Transactions>", "<a/>", "</Transactions>", FILE_BYTES / 4),
    ] {
        let length = FILE_BYTES / repeated.len() * repeated.len();
        let file = begin
            .as_bytes()
            .chain(Endless::new("", repeated).take(length as u64))
            .chain(end.as_bytes());
        assert_eq!(
            TransactionReader::new(file).map(Result::unwrap).count(),
            entries
        );
    }
}

/// After a long token the window stays long, and has room for half a million entries.
fn read_many_entries_in_a_long_window() {
    let comment = format!("<!--{}-->", "x".repeat(MAX_TOKEN_BYTES - 7));
    let entries = "<a/>".repeat(500_000);
    let file = comment
        .as_bytes()
        .chain(&b"<Transactions>"[..])
        .chain(entries.as_bytes())
        .chain(&b"</Transactions>"[..]);
    let count = TransactionReader::new(file).map(Result::unwrap).count();
    assert_eq!(count, 500_000);
}

fn read_endless_tokens() {
    for (begin, repeated) in [
        ("", " "),
        ("<!--", "-x"),
        ("<a ", "b='>' "),
        (&format!("{TRANSACTION}<Notes>"), "x"),
        (&format!("{TRANSACTION}<Notes>&"), "a"),
    ] {
        let (refused, read) = endless::refusal(begin, repeated);
        assert_eq!(refused, "LIMIT_EXCEEDED", "{begin}{repeated}");
        assert!(
            read <= MAX_TOKEN_BYTES + 128 * 1024,
            "{begin}{repeated}: {read} bytes"
        );
    }
}

/// The most physical memory that this process has held.
fn peak_memory_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kibibytes * 1024
}
