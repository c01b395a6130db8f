//! What is written, and how.

use libfuzzer_sys::arbitrary::{self, Arbitrary};

use crate::encoding::Encoding;

/// A file to be.
#[derive(Arbitrary, Debug)]
pub struct Batch {
    pub encoding: Encoding,
    /// Whether there is an XML declaration, where there need not be one.
    pub declared: bool,
    pub style: Style,
    /// Decides on [`Batch::blanks`].
    pub room: u32,
    pub transactions: Vec<Transaction>,
}

impl Batch {
    /// Blanks before the first transaction. They are often none; else they fill one or two of the
    /// reader's windows of 64 KiB nearly or just, so that what follows comes to lie over its end.
    pub fn blanks(&self) -> usize {
        const WINDOW_BYTES: u32 = 64 * 1024;
        const MAX_DISTANCE: u32 = 512;
        let windows = match self.room >> 28 {
            14 => 1,
            15 => 2,
            _ => return 0,
        };
        let blanks = windows * WINDOW_BYTES - self.room % MAX_DISTANCE;
        usize::try_from(blanks).expect("at most two windows")
    }
}

/// What holds of the whole file.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Style {
    pub single_quotes: bool,
    /// Whether names have a prefix.
    pub prefixed: bool,
    pub line_end: LineEnd,
}

/// What stands for a line feed.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum LineEnd {
    LineFeed,
    CarriageReturn,
    Both,
}

impl LineEnd {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LineFeed => "\n",
            Self::CarriageReturn => "\r",
            Self::Both => "\r\n",
        }
    }
}

#[derive(Arbitrary, Debug)]
pub struct Transaction {
    pub id: String,
    pub id_spelling: Spelling,
    pub notes: Vec<Piece>,
    /// Often 1, up to [`Transaction::MAX_REPETITIONS`]: it takes a long message to break its limit.
    pub repetitions: u16,
}

impl Transaction {
    pub const MAX_REPETITIONS: u16 = 8192;

    /// How often the notes are written one behind the other.
    pub fn repetitions(&self) -> u16 {
        self.repetitions
            .saturating_sub(u16::MAX - Self::MAX_REPETITIONS)
            .max(1)
    }
}

/// A part of the notes.
#[derive(Arbitrary, Debug)]
pub enum Piece {
    Text(String, Spelling),
    CData(String),
    Comment(String),
    Instruction,
}

/// How characters are spelt that could stand for themselves.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Spelling {
    /// As themselves.
    Literal,
    /// `&lt;`, `&gt;`, `&amp;`, `&apos;` and `&quot;`, and the others as themselves.
    Named,
    /// `&#65;`
    Decimal,
    /// `&#x41;`
    Hexadecimal,
}
