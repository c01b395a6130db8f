//! The encodings that files come in.

use libfuzzer_sys::arbitrary::{self, Arbitrary};

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16LittleEndian,
    Utf16BigEndian,
    Latin1,
    Ascii,
}

impl Encoding {
    /// The name for the XML declaration. Behind the mark of UTF-16 it may be that of any encoding.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 | Self::Utf8Marked | Self::Utf16BigEndian => "UTF-8",
            Self::Utf16LittleEndian => "UTF-16",
            Self::Latin1 => "ISO-8859-1",
            Self::Ascii => "US-ASCII",
        }
    }

    /// Whether only a declaration tells that a file is in this encoding.
    pub fn needs_declaration(self) -> bool {
        matches!(self, Self::Latin1 | Self::Ascii)
    }

    /// Whether the character need not be written as a reference.
    pub fn has(self, character: char) -> bool {
        match self {
            Self::Latin1 => u8::try_from(character).is_ok(),
            Self::Ascii => character.is_ascii(),
            _ => true,
        }
    }

    /// The bytes of a text whose characters the encoding has all.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 | Self::Ascii => text.as_bytes().to_vec(),
            Self::Utf8Marked => ["\u{feff}", text].concat().into_bytes(),
            Self::Utf16LittleEndian => utf_16(text, u16::to_le_bytes),
            Self::Utf16BigEndian => utf_16(text, u16::to_be_bytes),
            Self::Latin1 => {
                let bytes = text.chars().map(u8::try_from);
                bytes.collect::<Result<_, _>>().expect("a Latin-1 text")
            }
        }
    }
}

/// With a byte order mark.
fn utf_16(text: &str, unit_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let marked = "\u{feff}".encode_utf16().chain(text.encode_utf16());
    marked.flat_map(unit_bytes).collect()
}
