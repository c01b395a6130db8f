//! The attributes of a start tag, and the pseudo-attributes of an XML declaration.

use memchr::memchr;

use super::{
    IllFormed,
    character::{is_white_space_byte, trim_start},
};

/// What follows the name in a start tag, attribute by attribute: `(S Name Eq AttValue)* S?`
/// (productions 40, 41, 25). After an error it ends.
#[derive(Clone, Debug)]
pub(super) struct Attributes<'t> {
    rest: &'t str,
}

/// One attribute as it stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribute<'t> {
    /// Whatever stands before the equals sign; not checked to be a name.
    pub(super) name: &'t str,
    /// What stands between the quotes, references and all.
    pub(super) raw_value: &'t str,
}

impl<'t> Attributes<'t> {
    pub(super) fn new(raw: &'t str) -> Self {
        Self { rest: raw }
    }

    /// Reads the attribute that text begins with, and returns it with what follows it.
    fn split_first(text: &'t str) -> Result<(Attribute<'t>, &'t str), IllFormed> {
        let name_end = text
            .bytes()
            .position(|byte| byte == b'=' || is_white_space_byte(byte))
            .ok_or(IllFormed::AttributeSyntax)?;
        let (name, after_name) = text.split_at(name_end);
        let value = trim_start(after_name)
            .strip_prefix('=')
            .map(trim_start)
            .ok_or(IllFormed::AttributeSyntax)?;
        let quote = match value.as_bytes() {
            [quote @ (b'"' | b'\''), ..] => *quote,
            _ => return Err(IllFormed::AttributeSyntax),
        };
        let value = &value[1..];
        let end = memchr(quote, value.as_bytes()).ok_or(IllFormed::AttributeSyntax)?;
        let attribute = Attribute {
            name,
            raw_value: &value[..end],
        };
        Ok((attribute, &value[end + 1..]))
    }
}

impl<'t> Iterator for Attributes<'t> {
    type Item = Result<Attribute<'t>, IllFormed>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = trim_start(self.rest);
        if text.is_empty() {
            return None;
        }
        let split = if text.len() == self.rest.len() {
            Err(IllFormed::AttributeSpace)
        } else {
            Self::split_first(text)
        };
        Some(match split {
            Ok((attribute, rest)) => {
                self.rest = rest;
                Ok(attribute)
            }
            Err(rule) => {
                self.rest = "";
                Err(rule)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Result<Vec<(&str, &str)>, IllFormed> {
        Attributes::new(raw)
            .map(|attribute| attribute.map(|attribute| (attribute.name, attribute.raw_value)))
            .collect()
    }

    #[test]
    fn both_quotes_and_any_white_space_are_read() {
        assert_eq!(read("").unwrap(), []);
        assert_eq!(read(" \t\r\n").unwrap(), []);
        assert_eq!(
            read(" a=\"1'\" \n b\t=\r'2\"' p:c = \"\" ").unwrap(),
            [("a", "1'"), ("b", "2\""), ("p:c", "")]
        );
    }

    #[test]
    fn anything_else_is_an_error_and_the_end() {
        for (raw, error) in [
            ("a=\"1\"", IllFormed::AttributeSpace),
            (" a=\"1\"b=\"2\"", IllFormed::AttributeSpace),
            (" a", IllFormed::AttributeSyntax),
            (" a ", IllFormed::AttributeSyntax),
            (" a=", IllFormed::AttributeSyntax),
            (" a=1", IllFormed::AttributeSyntax),
            (" a=\"1", IllFormed::AttributeSyntax),
            (" a=\"1'", IllFormed::AttributeSyntax),
            (" a \"1\"", IllFormed::AttributeSyntax),
        ] {
            let mut attributes = Attributes::new(raw);
            let found = attributes.find_map(Result::err);
            assert_eq!(found, Some(error), "{raw:?}");
            assert_eq!(attributes.next(), None, "{raw:?}");
        }
    }
}
