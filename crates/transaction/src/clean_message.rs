//! A message after cleaning, whose content is known by its fingerprint.

use serde::Serialize;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::{InvalidMessage, Message};

/// A cleaned message: what is stored, and what two transactions are compared by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CleanMessage(Message);

impl CleanMessage {
    /// Cleans a message.
    ///
    /// # Errors
    /// [`InvalidMessage`] where nothing is left, or where normalisation has lengthened the text
    /// beyond the limit.
    pub fn of(message: &Message) -> Result<Self, InvalidMessage> {
        Message::parse(clean(message.as_str())).map(Self)
    }

    /// The cleaned text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Lower-case hexadecimal SHA-256 of the cleaned text's UTF-8 bytes.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.as_str()))
    }
}

/// Cleans a message: control characters other than tabulator and line feed out, Unicode
/// normalisation form C, outer white space off. `clean(clean(text)) == clean(text)`.
///
/// The order matters. A control character may stand between a letter and its accent, which compose
/// once it is gone. Normalisation makes no control character, and the only white space it makes
/// replaces other white space. And the inside of a normalised text is normalised.
fn clean(text: &str) -> String {
    let normalised: String = text.chars().filter(|&c| !is_unwanted(c)).nfc().collect();
    normalised.trim().to_owned()
}

/// General category Cc: C0, DEL and C1.
fn is_unwanted(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Result<CleanMessage, InvalidMessage> {
        CleanMessage::of(&Message::parse(text).unwrap())
    }

    #[test]
    fn the_fingerprint_is_that_of_the_cleaned_text() {
        let tidy = of("abc").unwrap();
        assert_eq!(of(" abc\r\n").unwrap().sha256(), tidy.sha256());
        assert_eq!(
            tidy.sha256(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(of(" \n"), Err(InvalidMessage::Empty));
    }

    #[test]
    fn outer_white_space_of_every_kind_goes_and_inner_white_space_stays() {
        for space in [" ", "\t", "\n", "\u{a0}", "\u{2028}", "\u{3000}"] {
            let text = format!("{space}a{space}b{space}{space}");
            assert_eq!(clean(&text), format!("a{space}b"), "{text:?}");
        }
    }

    #[test]
    fn control_characters_go_but_for_tabulator_and_line_feed() {
        assert_eq!(clean("a\tb\nc"), "a\tb\nc");
        assert_eq!(clean("a\r\nb"), "a\nb");
        assert_eq!(
            clean("a\u{0}b\u{1b}c\u{7f}d\u{80}e\u{85}f\u{9f}g"),
            "abcdefg"
        );
    }

    #[test]
    fn characters_that_only_look_empty_stay() {
        // A byte order mark, a zero-width space and a zero-width joiner: formats, not white space.
        for character in ["\u{feff}", "\u{200b}", "\u{200d}"] {
            assert_eq!(clean(character), character);
        }
    }

    #[test]
    fn the_text_is_composed() {
        assert_eq!(clean("e\u{301}"), "é");
        assert_eq!(clean("\u{212b}"), "Å");
        assert_eq!(clean("ﬁ"), "ﬁ");
    }

    #[test]
    fn what_a_control_character_held_apart_is_composed() {
        assert_eq!(clean("e\u{1}\u{301}"), "é");
    }

    #[test]
    fn white_space_behind_a_control_character_is_outer_white_space() {
        assert_eq!(clean("\u{1} a \u{85}"), "a");
        assert_eq!(clean(" \u{1} \r\n"), "");
    }

    proptest! {
    #[test]
    fn cleaning_a_cleaned_message_changes_nothing(text in any::<String>()) {
        let once = clean(&text);
        prop_assert_eq!(clean(&once), once);
    }

    /// The same for texts dense in what cleaning touches: white space, control characters,
    /// letters that compose with accents or Jamo, and characters that normalisation takes apart.
    #[test]
    fn cleaning_is_idempotent_where_it_has_much_to_do(
        text in "[ \\t\\n\\r\u{1}\u{7f}\u{85}\u{a0}\u{2000}\u{2001}\u{3000}aeo\u{300}\u{301}\u{308}\u{323}\
                 \u{345}\u{1100}\u{1161}\u{11a8}\u{958}\u{1d15e}\u{212b}\u{2126}\u{fb2c}]{0,24}"
    ) {
        let once = clean(&text);
        prop_assert_eq!(clean(&once), once);
    }

    #[test]
    fn a_clean_message_obeys_every_rule(text in any::<String>()) {
        let clean = clean(&text);
        prop_assert_eq!(clean.trim(), clean.as_str());
        prop_assert!(clean.chars().all(|c| !c.is_control() || c == '\t' || c == '\n'));
        prop_assert!(unicode_normalization::is_nfc(&clean));
    }
    }
}
