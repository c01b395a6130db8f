//! The encodings that files come in.

use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE, mem};
use memchr::memmem;

use super::declaration;

/// What a declaration can name. UTF-16 is known by its byte order mark alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
    /// The 256 characters of ISO 8859-1 and no others: 0x80 to 0x9F are control characters, not
    /// the punctuation of windows-1252.
    Latin1,
    Ascii,
}

/// Turns bytes into UTF-8, in pieces.
pub(super) enum Decoder {
    Unicode(Box<encoding_rs::Decoder>),
    Latin1,
    Ascii,
}

/// How far one call of [`Decoder::decode`] came.
pub(super) struct Decoded {
    pub(super) read: usize,
    pub(super) written: usize,
    pub(super) stop: Stop,
}

/// Why a call of [`Decoder::decode`] went no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// All bytes are read.
    InputEmpty,
    /// There is no room for the next character.
    OutputFull,
    /// The next bytes are not text in this encoding.
    Malformed,
}

impl Encoding {
    /// The encoding of a name in a declaration, in letters of any case, with the aliases that
    /// IANA registers for these encodings and people write.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" => Some(Self::Utf8),
            "utf-16" | "utf-16le" | "utf-16be" => Some(Self::Utf16),
            "iso-8859-1" | "iso_8859-1" | "latin1" => Some(Self::Latin1),
            "us-ascii" | "ascii" => Some(Self::Ascii),
            _ => None,
        }
    }

    /// The encoding and the decoder for a file that begins with these bytes, and the length of
    /// its byte order mark.
    ///
    /// Without a mark, a declaration after white space decides between the encodings that write
    /// it in the same bytes. Where it names any other, or nothing, the file is read as UTF-8;
    /// [`super::well_formed`] refuses a declaration that contradicts what is decided here, unless it
    /// stands behind the mark of UTF-16, which leaves nothing to guess.
    pub(super) fn detect(head: &[u8]) -> (Self, Decoder, usize) {
        if head.starts_with(b"\xef\xbb\xbf") {
            return (Self::Utf8, Decoder::unicode(UTF_8), 3);
        }
        if head.starts_with(b"\xff\xfe") {
            return (Self::Utf16, Decoder::unicode(UTF_16LE), 2);
        }
        if head.starts_with(b"\xfe\xff") {
            return (Self::Utf16, Decoder::unicode(UTF_16BE), 2);
        }
        match declared(head) {
            Some(Self::Latin1) => (Self::Latin1, Decoder::Latin1, 0),
            Some(Self::Ascii) => (Self::Ascii, Decoder::Ascii, 0),
            _ => (Self::Utf8, Decoder::unicode(UTF_8), 0),
        }
    }
}

fn declared(head: &[u8]) -> Option<Encoding> {
    let declaration = head.trim_ascii_start().strip_prefix(b"<?")?;
    let end = memmem::find(declaration, b"?>")?;
    let content = str::from_utf8(&declaration[..end]).ok()?;
    Encoding::named(declaration::declared_encoding(content).ok()??)
}

impl Decoder {
    fn unicode(encoding: &'static encoding_rs::Encoding) -> Self {
        Self::Unicode(Box::new(encoding.new_decoder_without_bom_handling()))
    }

    /// Decodes as much of `bytes` as fits into `text`. `last` tells that no bytes come after
    /// these, so that a sequence that is cut short counts as malformed.
    pub(super) fn decode(&mut self, bytes: &[u8], text: &mut [u8], last: bool) -> Decoded {
        match self {
            Self::Unicode(decoder) => {
                let (result, read, written) =
                    decoder.decode_to_utf8_without_replacement(bytes, text, last);
                let stop = match result {
                    DecoderResult::InputEmpty => Stop::InputEmpty,
                    DecoderResult::OutputFull => Stop::OutputFull,
                    DecoderResult::Malformed(..) => Stop::Malformed,
                };
                Decoded {
                    read,
                    written,
                    stop,
                }
            }
            Self::Latin1 => {
                let (read, written) = mem::convert_latin1_to_utf8_partial(bytes, text);
                let stop = if read == bytes.len() {
                    Stop::InputEmpty
                } else {
                    Stop::OutputFull
                };
                Decoded {
                    read,
                    written,
                    stop,
                }
            }
            Self::Ascii => {
                let length = bytes.len().min(text.len());
                let copied = mem::copy_ascii_to_ascii(&bytes[..length], text);
                let stop = if copied < length {
                    Stop::Malformed
                } else if copied < bytes.len() {
                    Stop::OutputFull
                } else {
                    Stop::InputEmpty
                };
                Decoded {
                    read: copied,
                    written: copied,
                    stop,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(head: &[u8]) -> (Encoding, usize) {
        let (encoding, _, mark) = Encoding::detect(head);
        (encoding, mark)
    }

    #[test]
    fn the_byte_order_mark_decides_before_the_declaration() {
        for (head, encoding) in [
            (
                &b"\xef\xbb\xbf<?xml version='1.0' encoding='US-ASCII'?>"[..],
                (Encoding::Utf8, 3),
            ),
            (b"\xff\xfe<\0", (Encoding::Utf16, 2)),
            (b"\xfe\xff\0<", (Encoding::Utf16, 2)),
            (b"", (Encoding::Utf8, 0)),
            (b"<a/>", (Encoding::Utf8, 0)),
            (b"<?xml version='1.0'?>", (Encoding::Utf8, 0)),
            (
                b" \r\n<?xml version='1.0' encoding='iso-8859-1'?>",
                (Encoding::Latin1, 0),
            ),
            (
                b"<?xml version='1.0' encoding='US-ASCII'?>",
                (Encoding::Ascii, 0),
            ),
            (
                b"<?xml version='1.0' encoding='KOI8-R'?>",
                (Encoding::Utf8, 0),
            ),
            (
                b"<?xml version='1.0' encoding='UTF-16'?>",
                (Encoding::Utf8, 0),
            ),
            (
                b"<a/><?xml version='1.0' encoding='US-ASCII'?>",
                (Encoding::Utf8, 0),
            ),
        ] {
            assert_eq!(detected(head), encoding, "{}", head.escape_ascii());
        }
    }
}
