//! Characters and their spellings.

use crate::{
    batch::{LineEnd, Spelling},
    encoding::Encoding,
};

/// Markup in the making.
pub struct Markup {
    pub text: String,
    encoding: Encoding,
    line_end: LineEnd,
}

impl Markup {
    pub fn new(encoding: Encoding, line_end: LineEnd) -> Self {
        Self {
            text: String::new(),
            encoding,
            line_end,
        }
    }

    /// Adds markup as it stands.
    pub fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// Adds an attribute's value with its quotes. White space of any kind but blanks is written as
    /// references, because literally it would be read as blanks.
    pub fn value(&mut self, value: &str, quote: char, spelling: Spelling) {
        self.text.push(quote);
        for character in value.chars() {
            let special = matches!(character, '<' | '&' | '\t' | '\n' | '\r') || character == quote;
            self.spell(character, spelling, special);
        }
        self.text.push(quote);
    }

    /// Adds text between tags.
    pub fn characters(&mut self, text: &str, spelling: Spelling) {
        for character in text.chars() {
            let special = match character {
                '<' | '&' | '\r' => true,
                '>' => self.text.ends_with("]]"),
                _ => false,
            };
            self.spell(character, spelling, special);
        }
    }

    /// Adds a CDATA section, which is left for what cannot stand in one.
    pub fn cdata(&mut self, text: &str) {
        const START: &str = "<![CDATA[";
        const END: &str = "]]>";
        self.raw(START);
        for character in text.chars() {
            if character == '\r' || !self.encoding.has(character) {
                self.raw(END);
                self.reference(character, Spelling::Hexadecimal);
                self.raw(START);
                continue;
            }
            if character == '>' && self.text.ends_with("]]") {
                self.raw(END);
                self.raw(START);
            }
            self.literal(character);
        }
        self.raw(END);
    }

    /// Adds a comment with those of the text's characters that may stand in one.
    pub fn comment(&mut self, text: &str) {
        self.raw("<!--");
        for character in text.chars() {
            if character != '-' && self.encoding.has(character) {
                self.literal(character);
            }
        }
        self.raw("-->");
    }

    fn spell(&mut self, character: char, spelling: Spelling, special: bool) {
        match spelling {
            Spelling::Decimal | Spelling::Hexadecimal => self.reference(character, spelling),
            Spelling::Named if name(character).is_some() => self.reference(character, spelling),
            _ if special || !self.encoding.has(character) => self.reference(character, spelling),
            _ => self.literal(character),
        }
    }

    fn literal(&mut self, character: char) {
        match character {
            '\n' => self.text.push_str(self.line_end.as_str()),
            other => self.text.push(other),
        }
    }

    fn reference(&mut self, character: char, spelling: Spelling) {
        let number = u32::from(character);
        let reference = match (spelling, name(character)) {
            (Spelling::Decimal, _) => format!("&#{number};"),
            (Spelling::Hexadecimal, _) | (_, None) => format!("&#x{number:x};"),
            (_, Some(name)) => format!("&{name};"),
        };
        self.raw(&reference);
    }
}

fn name(character: char) -> Option<&'static str> {
    match character {
        '<' => Some("lt"),
        '>' => Some("gt"),
        '&' => Some("amp"),
        '\'' => Some("apos"),
        '"' => Some("quot"),
        _ => None,
    }
}
