//! Bytes in any accepted encoding -> windows of legal XML text in UTF-8.

use std::{
    io::{self, Read},
    ops::Range,
};

use super::{
    IllFormed,
    character::find_illegal,
    encoding::{Decoder, Encoding, Stop},
};

/// The longest tag, comment, CDATA section or stretch of text: 16 MiB of UTF-8. A message may have
/// 200 KiB; the rest is room for rejecting one transaction instead of refusing its file.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024 * 1024;

/// The window as long as every token is shorter. It stays within a processor's cache.
const WINDOW_BYTES: usize = 64 * 1024;

/// How much is read at once. White space and a declaration are looked for within that.
const READ_BYTES: usize = 32 * 1024;

/// U+FEFF, which [`quick_xml`] strips from whatever it is given. Every window has one put in front
/// of it, so that those of the text itself are kept.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a file, through a window that moves over it.
///
/// The window begins with the first byte that is not consumed; [`Source::refill`] makes it longer.
pub(super) struct Source<R> {
    reader: R,
    bytes: Vec<u8>,
    /// The part of `bytes` that was read and not yet decoded.
    undecoded: Range<usize>,
    exhausted: bool,
    decoding: Option<(Encoding, Decoder)>,
    text: Vec<u8>,
    /// The window is this part of `text`.
    start: usize,
    end: usize,
    ending: Option<Ending>,
}

/// Why there is no text after the window: the file ends there, or a rule is broken.
type Ending = Result<(), IllFormed>;

/// The text that is neither consumed nor still to be read.
pub(super) struct Window<'s> {
    /// [`BYTE_ORDER_MARK`] and the text.
    pub(super) marked: &'s [u8],
    pub(super) text: &'s [u8],
    pub(super) encoding: Encoding,
    /// Whether the file ends with the text.
    pub(super) last: bool,
}

/// Why a window could not be made longer.
#[derive(Debug)]
pub(super) enum RefillError {
    Io(io::Error),
    /// It has [`MAX_TOKEN_BYTES`].
    Full,
    /// There is no legal text behind it.
    IllFormed(IllFormed),
}

impl<R: Read> Source<R> {
    pub(super) fn new(reader: R) -> Self {
        Self::with_capacity(reader, READ_BYTES, WINDOW_BYTES)
    }

    /// A source that reads so many bytes at once and begins with a window of so many.
    pub(super) fn with_capacity(reader: R, read_bytes: usize, window_bytes: usize) -> Self {
        Self {
            reader,
            bytes: vec![0; read_bytes],
            undecoded: 0..0,
            exhausted: false,
            decoding: None,
            text: vec![0; BYTE_ORDER_MARK.len() + window_bytes],
            start: BYTE_ORDER_MARK.len(),
            end: BYTE_ORDER_MARK.len(),
            ending: None,
        }
    }

    /// The window as it is. Before the first [`Source::refill`] it is empty.
    pub(super) fn window(&mut self) -> Window<'_> {
        let marked = self.start - BYTE_ORDER_MARK.len();
        self.text[marked..self.start].copy_from_slice(BYTE_ORDER_MARK);
        Window {
            marked: &self.text[marked..self.end],
            text: &self.text[self.start..self.end],
            encoding: self
                .decoding
                .as_ref()
                .map_or(Encoding::Utf8, |&(encoding, _)| encoding),
            last: self.ending == Some(Ok(())),
        }
    }

    /// Takes the first `length` bytes out of the window.
    pub(super) fn consume(&mut self, length: usize) {
        self.start += length;
    }

    /// Makes the window longer, unless the text has ended. It at least doubles, so that a token
    /// that is looked at again after each call costs time in proportion to its length.
    pub(super) fn refill(&mut self) -> Result<(), RefillError> {
        if let Some(Err(rule)) = &self.ending {
            return Err(RefillError::IllFormed(rule.clone()));
        }
        self.make_room();
        let before = self.end;
        while self.ending.is_none() {
            if self.undecoded.is_empty() && !self.exhausted {
                self.read().map_err(RefillError::Io)?;
            }
            if self.decode() == Stop::OutputFull {
                break;
            }
        }
        if self.ending.is_none() && self.end == before {
            return Err(RefillError::Full);
        }
        Ok(())
    }

    /// Moves the window to the front of its buffer, and doubles the buffer if that is not enough.
    fn make_room(&mut self) {
        let front = BYTE_ORDER_MARK.len();
        self.text.copy_within(self.start..self.end, front);
        self.end -= self.start - front;
        self.start = front;
        let capacity = self.text.len() - front;
        if self.end - front > capacity / 2 {
            let doubled = (capacity * 2).min(MAX_TOKEN_BYTES);
            self.text.resize(front + doubled, 0);
        }
    }

    /// Fills `bytes` up, or reads the file's end.
    fn read(&mut self) -> io::Result<()> {
        self.undecoded = 0..0;
        while self.undecoded.end < self.bytes.len() {
            match self.reader.read(&mut self.bytes[self.undecoded.end..]) {
                Ok(0) => {
                    self.exhausted = true;
                    break;
                }
                Ok(length) => self.undecoded.end += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Decodes what was read, as far as there is room.
    fn decode(&mut self) -> Stop {
        let (_, decoder) = self.decoding.get_or_insert_with(|| {
            let head = &self.bytes[self.undecoded.clone()];
            let (encoding, decoder, mark_bytes) = Encoding::detect(head);
            self.undecoded.start += mark_bytes;
            (encoding, decoder)
        });
        let bytes = &self.bytes[self.undecoded.clone()];
        let progress = decoder.decode(bytes, &mut self.text[self.end..], self.exhausted);
        self.undecoded.start += progress.read;
        self.ending = match progress.stop {
            Stop::InputEmpty if self.exhausted => Some(Ok(())),
            Stop::InputEmpty | Stop::OutputFull => None,
            Stop::Malformed => Some(Err(IllFormed::NotText)),
        };
        let new = self.end..self.end + progress.written;
        self.end = new.end;
        if let Some(at) = find_illegal(&self.text[new.clone()]) {
            self.end = new.start + at;
            self.ending = Some(Err(IllFormed::IllegalCharacter));
        }
        progress.stop
    }
}
