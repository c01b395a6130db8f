//! Lines and columns.

use memchr::{memchr_iter, memrchr2};

/// A place in a file. Lines end as XML ends them: with a line feed, a carriage return, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// From 1.
    pub(super) line: u64,
    /// In characters, from 1.
    pub(super) column: u64,
}

impl Position {
    /// The beginning of a file.
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// Moves over text.
    pub(super) fn advance(&mut self, text: &[u8]) {
        self.line += count_line_ends(text);
        let line = match memrchr2(b'\n', b'\r', text) {
            Some(end) => {
                self.column = 1;
                &text[end + 1..]
            }
            None => text,
        };
        // Every byte of UTF-8 but the continuation bytes begins a character.
        self.column += line.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u64;
    }
}

/// The lines of a window of text, from its beginning to its end.
pub(super) struct Lines<'t> {
    text: &'t [u8],
    offset: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t [u8], first: u64) -> Self {
        Self {
            text,
            offset: 0,
            line: first,
        }
    }

    /// The line of an offset that is not before the one asked for last.
    pub(super) fn at(&mut self, offset: usize) -> u64 {
        self.line += count_line_ends(&self.text[self.offset..offset]);
        self.offset = offset;
        self.line
    }
}

/// A carriage return at the end counts as a whole line end, so text is never cut between it and a
/// line feed.
fn count_line_ends(text: &[u8]) -> u64 {
    let line_feeds = memchr_iter(b'\n', text).count();
    let returns = memchr_iter(b'\r', text).filter(|at| text.get(at + 1) != Some(&b'\n'));
    (line_feeds + returns.count()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pieces: &[&str]) -> (u64, u64) {
        let mut position = Position::START;
        for piece in pieces {
            position.advance(piece.as_bytes());
        }
        (position.line, position.column)
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        assert_eq!(after(&[]), (1, 1));
        assert_eq!(after(&["ab", "c"]), (1, 4));
        assert_eq!(after(&["a\nb"]), (2, 2));
        assert_eq!(after(&["a\r\nb", "c"]), (2, 3));
        assert_eq!(after(&["a\rb\r"]), (3, 1));
        assert_eq!(after(&["\n\r\n\r\r\n"]), (5, 1));
    }

    #[test]
    fn lines_are_counted_from_offset_to_offset() {
        let mut lines = Lines::new(b"a\nb\r\n\rc", 5);
        assert_eq!(
            [0, 1, 2, 5, 6, 7].map(|at| lines.at(at)),
            [5, 5, 6, 7, 8, 8]
        );
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(after(&["é注\u{10000}"]), (1, 4));
        assert_eq!(after(&["x\né", "é"]), (2, 3));
    }
}
