//! The names that Namespaces in XML 1.0 reserves (section 3, constraints on reserved prefixes and
//! on declarations).

use super::{IllFormed, attributes::Attribute, refusal::quoted, text::attribute_value};

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The prefix `xmlns` is for declarations alone.
pub(super) fn check_element(name: &str) -> Result<(), IllFormed> {
    if name.starts_with("xmlns:") {
        return Err(IllFormed::ReservedName(quoted(name)));
    }
    Ok(())
}

/// Whether the attribute declares a namespace.
pub(super) fn is_declaration(name: &str) -> bool {
    name == "xmlns" || name.starts_with("xmlns:")
}

/// Checks an attribute that may declare a namespace.
pub(super) fn check_attribute(attribute: &Attribute<'_>) -> Result<(), IllFormed> {
    if !is_declaration(attribute.name) {
        return Ok(());
    }
    let prefix = attribute.name.strip_prefix("xmlns:");
    let allowed = match (prefix, &*attribute_value(attribute.raw_value)) {
        (Some("xml"), namespace) => namespace == XML,
        (Some("xmlns"), _) | (_, XML | XMLNS) => false,
        (Some(_), "") => return Err(IllFormed::EmptyNamespace),
        _ => true,
    };
    if allowed {
        Ok(())
    } else {
        Err(IllFormed::ReservedName(quoted(attribute.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, raw_value: &str) -> Result<(), IllFormed> {
        check_attribute(&Attribute { name, raw_value })
    }

    #[test]
    fn ordinary_declarations_and_attributes_pass() {
        for (name, value) in [
            ("xmlns", "urn:a"),
            ("xmlns", ""),
            ("xmlns:p", "urn:a"),
            ("xmlns:xml", XML),
            ("xmlns:xml", "http://www.w3.org/XML/1998/&#110;amespace"),
            ("xmlnsp", ""),
            ("p:a", ""),
            ("xml:lang", "en"),
        ] {
            assert_eq!(check(name, value), Ok(()), "{name}={value}");
        }
        assert_eq!(check_element("xmlnsp:a"), Ok(()));
    }

    #[test]
    fn reserved_names_are_not_bound_anew() {
        for (name, value) in [
            ("xmlns", XML),
            ("xmlns", XMLNS),
            ("xmlns:p", XML),
            ("xmlns:p", XMLNS),
            ("xmlns:p", "http://www.w3.org/2000/xmlns&#47;"),
            ("xmlns:xml", "urn:a"),
            ("xmlns:xml", ""),
            ("xmlns:xmlns", XMLNS),
        ] {
            let error = IllFormed::ReservedName(name.to_owned());
            assert_eq!(check(name, value), Err(error), "{name}={value}");
        }
        assert_eq!(check("xmlns:p", ""), Err(IllFormed::EmptyNamespace));
        let error = IllFormed::ReservedName("xmlns:a".to_owned());
        assert_eq!(check_element("xmlns:a"), Err(error));
    }
}
