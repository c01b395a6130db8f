//! The windows of a file, one after the other -> the tokens of a well-formed document.

use std::ops::ControlFlow;

use super::{
    Defect, Refusal,
    encoding::Encoding,
    position::{Lines, Position},
    source::Window,
    tokens::{Next, Tokens},
    well_formed::{Token, WellFormed},
};

/// What is carried from window to window.
pub(super) struct Document {
    well_formed: WellFormed,
    /// Where the next window begins.
    position: Position,
}

/// Why a window was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// Whoever took the tokens wants no more for now.
    Paused,
    /// What is left of it is a part of a token.
    Incomplete,
    /// The file has ended, and it is well-formed.
    Finished,
}

impl Document {
    pub(super) fn new() -> Self {
        Self {
            well_formed: WellFormed::new(),
            position: Position::START,
        }
    }

    /// The refusal of a file for what stands in the window after the text `before`.
    pub(super) fn refuse(&self, defect: impl Into<Defect>, before: &[u8]) -> Refusal {
        let mut position = self.position;
        position.advance(before);
        Refusal::File {
            defect: defect.into(),
            line: position.line,
            column: position.column,
        }
    }

    /// Reads a window and returns how many of its bytes are done with, and why not more. `take`
    /// gets each token that carries content, and a way to learn the token's line.
    pub(super) fn scan(
        &mut self,
        window: &Window<'_>,
        mut take: impl FnMut(&Token<'_>, &mut dyn FnMut() -> u64) -> Result<ControlFlow<()>, Defect>,
    ) -> Result<(usize, Scanned), Refusal> {
        let mut tokens = Tokens::new(window);
        let mut lines = Lines::new(window.text, self.position.line);
        loop {
            let start = tokens.offset();
            let step = self.step(&mut tokens, window.encoding, |token| {
                take(token, &mut || lines.at(start))
            });
            let (length, scanned) = match step {
                Ok(None) => continue,
                Ok(Some(Scanned::Paused)) => (tokens.offset(), Scanned::Paused),
                Ok(Some(scanned)) => (start, scanned),
                Err(defect) => return Err(self.refuse(defect, &window.text[..start])),
            };
            self.position.advance(&window.text[..length]);
            return Ok((length, scanned));
        }
    }

    /// Reads one token; returns why it is the last, if it is.
    fn step(
        &mut self,
        tokens: &mut Tokens<'_>,
        encoding: Encoding,
        take: impl FnOnce(&Token<'_>) -> Result<ControlFlow<()>, Defect>,
    ) -> Result<Option<Scanned>, Defect> {
        match tokens.next()? {
            Next::Token(event) => match self.well_formed.check(&event, encoding)? {
                Some(token) => Ok(take(&token)?.is_break().then_some(Scanned::Paused)),
                None => Ok(None),
            },
            Next::Incomplete => Ok(Some(Scanned::Incomplete)),
            Next::End => {
                self.well_formed.finish()?;
                Ok(Some(Scanned::Finished))
            }
        }
    }
}
