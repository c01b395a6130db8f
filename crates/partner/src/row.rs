//! A row of the partners table, and the partner that it stands for.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Partner, PartnerId, Status};

pub(crate) const PARTNER_ID: &str = "partner_id";
pub(crate) const NAME: &str = "name";
pub(crate) const EMAIL: &str = "email";
pub(crate) const STATUS: &str = "status";
pub(crate) const API_TOKEN_SHA256: &str = "api_token_sha256";
/// Stands on a row that was active until its stack let go of it.
pub(crate) const REMOVED_BY_STACK: &str = "removed_by_stack";

pub(crate) const ACTIVE: &str = "ACTIVE";
pub(crate) const DISABLED: &str = "DISABLED";

/// A row that stands for no partner, as only a write past this crate can leave it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("A row of the partners table has no valid attribute `{attribute}`.")]
pub struct MalformedRow {
    /// The attribute that is absent, of another type, or outside its limits.
    pub attribute: &'static str,
}

pub(crate) type Row = HashMap<String, AttributeValue>;

/// Reads a partner from a row. All other attributes are left alone, name and email among them: who
/// asks for neither must not fail for want of them.
pub(crate) fn read(row: &Row) -> Result<Partner, MalformedRow> {
    let id = text(row, PARTNER_ID)?;
    Ok(Partner {
        id: PartnerId::parse(id).map_err(|_| MalformedRow {
            attribute: PARTNER_ID,
        })?,
        status: match text(row, STATUS)? {
            ACTIVE => Status::Active,
            DISABLED => Status::Disabled,
            _ => return Err(MalformedRow { attribute: STATUS }),
        },
    })
}

fn text<'a>(row: &'a Row, attribute: &'static str) -> Result<&'a str, MalformedRow> {
    row.get(attribute)
        .and_then(|value| value.as_s().ok())
        .map(String::as_str)
        .ok_or(MalformedRow { attribute })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> Row {
        [
            (PARTNER_ID, "acme"),
            (NAME, "Acme"),
            (EMAIL, "orders@acme.example"),
            (STATUS, ACTIVE),
        ]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())))
        .into()
    }

    #[test]
    fn a_whole_row_is_a_partner() {
        let partner = read(&acme()).unwrap();
        assert_eq!(partner.id.as_str(), "acme");
        assert_eq!(partner.status, Status::Active);
    }

    #[test]
    fn the_id_and_the_status_are_needed() {
        for attribute in [PARTNER_ID, STATUS] {
            let mut row = acme();
            row.remove(attribute);
            assert_eq!(read(&row), Err(MalformedRow { attribute }));
        }
    }

    #[test]
    fn a_row_without_a_contact_is_a_partner_too() {
        let mut row = acme();
        row.remove(EMAIL);
        row.insert(NAME.to_owned(), AttributeValue::Bool(true));
        assert_eq!(read(&row), read(&acme()));
    }

    #[test]
    fn a_value_of_another_type_or_outside_its_limits_is_named() {
        for (attribute, value) in [
            (STATUS, AttributeValue::Bool(true)),
            (STATUS, AttributeValue::S("active".to_owned())),
            (PARTNER_ID, AttributeValue::S("A".to_owned())),
        ] {
            let mut row = acme();
            row.insert(attribute.to_owned(), value);
            assert_eq!(read(&row), Err(MalformedRow { attribute }));
        }
    }
}
