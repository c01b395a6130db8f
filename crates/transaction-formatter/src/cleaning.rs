//! Cleaning of a message.

use unicode_normalization::UnicodeNormalization;

/// Cleans a message: control characters other than tabulator and line feed out, Unicode
/// normalisation form C, outer white space off. `clean(clean(text)) == clean(text)`.
///
/// The order matters. A control character may stand between a letter and its accent, which compose
/// once it is gone. Normalisation makes no control character, and the only white space it makes
/// replaces other white space. And the inside of a normalised text is normalised.
#[must_use]
pub fn clean(text: &str) -> String {
    let normalised: String = text.chars().filter(|&c| !is_unwanted(c)).nfc().collect();
    normalised.trim().to_owned()
}

/// General category Cc: C0, DEL and C1.
fn is_unwanted(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
