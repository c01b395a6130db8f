//! A window of text -> the markup and the text in it, token by token.

use quick_xml::{
    Reader,
    errors::{Error, IllFormedError},
    events::Event,
};

use super::{Defect, IllFormed, source::Window};

/// The tokens of one window. A token that may go on behind the window is not delivered.
pub(super) struct Tokens<'w> {
    reader: Reader<&'w [u8]>,
    text: &'w [u8],
    /// Whether the file ends with the window.
    last: bool,
}

/// What comes next.
pub(super) enum Next<'w> {
    /// A whole token.
    Token(Event<'w>),
    /// A part of a token, or nothing, and the file goes on.
    Incomplete,
    /// The end of the file.
    End,
}

impl<'w> Tokens<'w> {
    pub(super) fn new(window: &Window<'w>) -> Self {
        let mut reader = Reader::from_reader(window.marked);
        let config = reader.config_mut();
        config.check_comments = true;
        // Elements reach over many windows and are matched in `well_formed`.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self {
            reader,
            text: window.text,
            last: window.last,
        }
    }

    /// Where the next token begins, in bytes from the beginning of the window.
    pub(super) fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).expect("an offset within a slice")
    }

    /// Reads a token. After [`Next::Incomplete`], [`Next::End`] and an error there are no more.
    pub(super) fn next(&mut self) -> Result<Next<'w>, Defect> {
        if !self.is_markup_known()? {
            return Ok(Next::Incomplete);
        }
        let event = self.reader.read_event();
        let may_go_on = !self.last && self.offset() == self.text.len();
        match event {
            Ok(Event::Text(_) | Event::Eof) | Err(_) if may_go_on => Ok(Next::Incomplete),
            Ok(Event::Eof) => Ok(Next::End),
            Ok(event) => Ok(Next::Token(event)),
            Err(error) => Err(IllFormed::from(error).into()),
        }
    }

    /// Whether the window shows what kind of markup comes next.
    ///
    /// A document type declaration is refused at its first bytes, because it can be long.
    fn is_markup_known(&self) -> Result<bool, Defect> {
        const KINDS: [&[u8]; 3] = [b"<!--", b"<![CDATA[", b"<!DOCTYPE"];
        let rest = &self.text[self.offset()..];
        match rest {
            [b'<'] => Ok(self.last),
            [b'<', b'!', ..] => match KINDS.iter().position(|kind| rest.starts_with(kind)) {
                Some(2) => Err(Defect::DocumentTypeDeclared),
                Some(_) => Ok(true),
                None if !self.last && KINDS.iter().any(|kind| kind.starts_with(rest)) => Ok(false),
                None => Err(IllFormed::UnknownMarkup.into()),
            },
            _ => Ok(true),
        }
    }
}

impl From<Error> for IllFormed {
    fn from(error: Error) -> Self {
        match error {
            Error::IllFormed(IllFormedError::DoubleHyphenInComment) => Self::DoubleHyphen,
            Error::IllFormed(IllFormedError::UnclosedReference) => Self::InvalidReference,
            // What is left is markup that ends with the file. The text is known to be UTF-8.
            _ => Self::MarkupNotClosed,
        }
    }
}
