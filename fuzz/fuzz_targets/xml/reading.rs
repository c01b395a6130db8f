//! All that is read of a file.

use std::io::Read;

use transaction::xml::{Defect, Entry, Refusal, TransactionReader};

/// The entries, and how they ended.
#[derive(Debug, PartialEq)]
pub struct Reading {
    pub entries: Vec<Entry>,
    pub end: End,
}

/// Columns are left out: blanks that are put before the content move them.
#[derive(Debug, PartialEq)]
pub enum End {
    Complete,
    Refused {
        defect: Defect,
        line: u64,
    },
    /// The bytes could not be read.
    Broken,
}

impl Reading {
    pub fn of(file: impl Read) -> Self {
        let mut reader = TransactionReader::new(file);
        let mut entries = Vec::new();
        let end = loop {
            match reader.next() {
                Some(Ok(entry)) => entries.push(entry),
                Some(Err(refusal)) => break refusal.into(),
                None => break End::Complete,
            }
        };
        for _ in 0..3 {
            assert!(reader.next().is_none(), "the iterator goes on");
        }
        Self { entries, end }
    }

    /// Whether this is what can be read of a file that breaks off before its end: fewer entries, and
    /// no judgement but the one that the whole file gets.
    pub fn is_beginning_of(&self, whole: &Self) -> bool {
        match self.end {
            End::Broken => whole.entries.starts_with(&self.entries),
            End::Refused { .. } => self == whole,
            End::Complete => false,
        }
    }
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        let (code, text) = (refusal.code(), refusal.to_string());
        assert!(!code.is_empty());
        // A sentence, and at most one name of 64 characters.
        assert!(text.chars().count() < 300, "{text}");
        match refusal {
            Refusal::Io(_) => Self::Broken,
            Refusal::File {
                defect,
                line,
                column,
            } => {
                assert!(line > 0 && column > 0, "{text}");
                Self::Refused { defect, line }
            }
        }
    }
}
