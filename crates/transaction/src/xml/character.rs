//! Characters and names of XML 1.0, fifth edition, productions 2 to 5, and of Namespaces in XML
//! 1.0, productions 4 to 8.

use std::ops::Range;

use memchr::memchr;

/// Whether the text is nothing but white space.
pub(super) fn is_white_space(text: &str) -> bool {
    text.bytes().all(is_white_space_byte)
}

/// The text without the white space that it begins with.
pub(super) fn trim_start(text: &str) -> &str {
    let length = text
        .bytes()
        .take_while(|&byte| is_white_space_byte(byte))
        .count();
    &text[length..]
}

/// Whether the byte is white space between markup (production 3).
pub(super) fn is_white_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether the character may stand in a document (production 2). Surrogates are no `char`s.
pub(super) fn is_legal(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Where the first illegal character of UTF-8 text begins.
///
/// It is looked for in blocks, because a block of ordinary text is passed in a few instructions.
pub(super) fn find_illegal(text: &[u8]) -> Option<usize> {
    const BLOCK: usize = 64;
    let mut start = 0;
    for block in text.chunks(BLOCK) {
        let suspects = block
            .iter()
            .fold(0, |suspects, &byte| suspects | suspicion(byte));
        if suspects != 0
            && let Some(at) = find_illegal_in(text, start..start + block.len())
        {
            return Some(at);
        }
        start += block.len();
    }
    None
}

/// 1 for a control character that is no white space, and for the first byte of U+F000 to U+FFFF;
/// else 0. Without branches, so that blocks are looked at many bytes at once.
fn suspicion(byte: u8) -> u8 {
    let control = u8::from(byte < b' ')
        & u8::from(byte != b'\n')
        & u8::from(byte != b'\r')
        & u8::from(byte != b'\t');
    control | u8::from(byte == NONCHARACTER_LEAD)
}

/// U+FFFE and U+FFFF begin with it, and so do U+F000 to U+FFFD.
const NONCHARACTER_LEAD: u8 = 0xef;

fn find_illegal_in(text: &[u8], mut range: Range<usize>) -> Option<usize> {
    range.find(|&at| match text[at] {
        NONCHARACTER_LEAD => matches!(text.get(at + 1..at + 3), Some([0xbf, 0xbe | 0xbf])),
        byte => suspicion(byte) != 0,
    })
}

/// Whether the text is a `Name` without a colon: `NCName` of Namespaces in XML.
pub(super) fn is_nc_name(name: &str) -> bool {
    is_ascii_name(name) || (name.starts_with(is_name_start) && name.chars().all(is_name_character))
}

/// Whether the text is a `QName`: an `NCName`, or two with a colon between them.
pub(super) fn is_qualified_name(name: &str) -> bool {
    is_ascii_name(name)
        || match name.split_once(':') {
            None => is_nc_name(name),
            Some((prefix, local)) => is_nc_name(prefix) && is_nc_name(local),
        }
}

/// The name without its prefix.
pub(super) fn local_part(name: &str) -> &str {
    memchr(b':', name.as_bytes()).map_or(name, |colon| &name[colon + 1..])
}

/// Whether the text is an `NCName` of ASCII characters, as nearly all names are.
fn is_ascii_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let begins_well = matches!(bytes, [b'A'..=b'Z' | b'a'..=b'z' | b'_', ..]);
    begins_well && bytes.iter().all(|&byte| IS_ASCII_NAME[usize::from(byte)])
}

/// For each byte, whether it is an ASCII character that may stand in an `NCName`.
const IS_ASCII_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

/// Production 4, without the colon.
fn is_name_start(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}'
        | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// Production 4a, without the colon.
fn is_name_character(character: char) -> bool {
    is_name_start(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_those_of_the_fifth_edition() {
        for name in [
            "a",
            "_",
            "Transaction",
            "é",
            "注文",
            "a-b.c_1",
            "a\u{b7}",
            "\u{10000}",
        ] {
            assert!(is_nc_name(name), "{name:?}");
        }
        for name in [
            "", "1", "-a", ".a", "a b", "a:b", "\u{b7}", "a\u{d7}", "×", "a/", "\u{37e}",
        ] {
            assert!(!is_nc_name(name), "{name:?}");
        }
    }

    #[test]
    fn a_qualified_name_has_at_most_one_colon_and_it_is_inside() {
        for (name, local) in [("a", "a"), ("p:a", "a"), ("é:ü", "ü")] {
            assert!(is_qualified_name(name), "{name:?}");
            assert_eq!(local_part(name), local);
        }
        for name in [":", ":a", "a:", "a:b:c", "a:1", "1:a", "a::b"] {
            assert!(!is_qualified_name(name), "{name:?}");
        }
    }

    #[test]
    fn the_first_illegal_character_is_found_across_blocks() {
        let text = format!("{}\u{ffff}\u{1}", "\u{ffe5}".repeat(100));
        assert_eq!(find_illegal(text.as_bytes()), Some(300));
        let text = format!("{}\u{fffe}", "x".repeat(62));
        assert_eq!(find_illegal(text.as_bytes()), Some(62));
    }

    proptest! {
        #[test]
        fn bytes_and_characters_agree_on_what_is_legal(
            text in "[\\PC\\p{Cc}\u{fff0}-\u{ffff}]{0,100}", more in any::<String>(),
        ) {
            let text = text + &more;
            let expected = text.char_indices().find(|&(_, c)| !is_legal(c)).map(|(at, _)| at);
            prop_assert_eq!(find_illegal(text.as_bytes()), expected);
        }
    }
}
