//! The rules that hold within one start tag, or the tag of an empty element.

use quick_xml::events::BytesStart;

use super::{
    Defect, IllFormed, Limit, attributes::Attributes, character::is_qualified_name, namespaces,
    refusal::quoted, text,
};

/// The most attributes of one element.
pub const MAX_ATTRIBUTES: usize = 128;

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 1024;

/// A checked tag.
pub(super) struct StartTag<'e> {
    pub(super) name: &'e str,
    /// None of them is an error.
    pub(super) attributes: Attributes<'e>,
    /// Whether the element ends here as well.
    pub(super) empty: bool,
}

impl<'e> StartTag<'e> {
    pub(super) fn check(tag: &'e BytesStart<'_>, empty: bool) -> Result<Self, Defect> {
        let name = tag.name().into_inner();
        check_name(name)?;
        namespaces::check_element(name)?;
        let attributes = Attributes::new(tag.attributes_raw());
        check_attributes(attributes.clone())?;
        Ok(Self {
            name,
            attributes,
            empty,
        })
    }
}

fn check_attributes(attributes: Attributes<'_>) -> Result<(), Defect> {
    let mut count = 0;
    for attribute in attributes.clone() {
        let attribute = attribute?;
        count += 1;
        if count > MAX_ATTRIBUTES {
            return Err(Limit::Attributes.into());
        }
        check_name(attribute.name)?;
        text::check_attribute_value(attribute.raw_value)?;
        namespaces::check_attribute(&attribute)?;
    }
    if count > 1 {
        check_unique(attributes)?;
    }
    Ok(())
}

/// Checks that no two of at most [`MAX_ATTRIBUTES`] well-formed attributes have the same name.
fn check_unique(attributes: Attributes<'_>) -> Result<(), IllFormed> {
    let mut names = [""; MAX_ATTRIBUTES];
    for (count, attribute) in attributes.flatten().enumerate() {
        if names[..count].contains(&attribute.name) {
            return Err(IllFormed::AttributeRepeated(quoted(attribute.name)));
        }
        names[count] = attribute.name;
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), Defect> {
    check_name_length(name)?;
    if !is_qualified_name(name) {
        return Err(IllFormed::InvalidName.into());
    }
    Ok(())
}

/// Processing instructions have names as well.
pub(super) fn check_name_length(name: &str) -> Result<(), Limit> {
    if name.len() > MAX_NAME_BYTES {
        return Err(Limit::NameBytes);
    }
    Ok(())
}
