//! The XML declaration (productions 23 to 26, 32, 80 and 81).

use super::{IllFormed, attributes::Attributes};

/// The encoding that a declaration names, if it names one.
///
/// `content` stands between `<?` and `?>`. Every version `1.x` is read as 1.0, as the fifth
/// edition asks of a processor.
///
/// # Errors
/// [`IllFormed::DeclarationSyntax`] for what is no declaration.
pub(super) fn declared_encoding(content: &str) -> Result<Option<&str>, IllFormed> {
    let raw = content.strip_prefix("xml").ok_or(SYNTAX)?;
    let mut attributes = Attributes::new(raw).map(|attribute| attribute.map_err(|_| SYNTAX));
    let mut next = || attributes.next().transpose();

    match next()? {
        Some(version) if version.name == "version" && is_version(version.raw_value) => {}
        _ => return Err(SYNTAX),
    }
    let mut attribute = next()?;
    let encoding = attribute.filter(|attribute| attribute.name == "encoding");
    if let Some(encoding) = encoding {
        if !is_encoding_name(encoding.raw_value) {
            return Err(SYNTAX);
        }
        attribute = next()?;
    }
    if let Some(standalone) = attribute {
        if standalone.name != "standalone" || !matches!(standalone.raw_value, "yes" | "no") {
            return Err(SYNTAX);
        }
        attribute = next()?;
    }
    match attribute {
        None => Ok(encoding.map(|encoding| encoding.raw_value)),
        Some(_) => Err(SYNTAX),
    }
}

const SYNTAX: IllFormed = IllFormed::DeclarationSyntax;

fn is_version(value: &str) -> bool {
    value
        .strip_prefix("1.")
        .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_encoding_name(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphabetic())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_has_a_version_and_may_have_more() {
        for (content, encoding) in [
            ("xml version=\"1.0\"", None),
            ("xml version='1.1' ", None),
            ("xml version = '1.0'\nencoding = \"UTF-8\"", Some("UTF-8")),
            (
                "xml version='1.0' encoding='a.b_c-1' standalone='no' ",
                Some("a.b_c-1"),
            ),
            ("xml version='1.0' standalone='yes'", None),
        ] {
            assert_eq!(declared_encoding(content), Ok(encoding), "{content}");
        }
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for content in [
            "xml",
            "xml ",
            "xml encoding='UTF-8'",
            "xml version=''",
            "xml version='1.'",
            "xml version='2.0'",
            "xml version='1.0a'",
            "xml version='1.0' encoding=''",
            "xml version='1.0' encoding='8'",
            "xml version='1.0' encoding='UTF 8'",
            "xml encoding='UTF-8' version='1.0'",
            "xml version='1.0' standalone='YES'",
            "xml version='1.0' standalone='yes' encoding='UTF-8'",
            "xml version='1.0'encoding='UTF-8'",
            "xml version='1.0' version='1.0'",
            "xml version='1.0' encoding='UTF-8' encoding='UTF-8'",
            "xml version='1.0' a='b'",
            "xml version='1.0' a",
            "XML version='1.0'",
        ] {
            assert_eq!(
                declared_encoding(content),
                Err(IllFormed::DeclarationSyntax),
                "{content}"
            );
        }
    }
}
