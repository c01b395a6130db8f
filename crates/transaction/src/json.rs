//! An `application/json` body -> a transaction.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Field, FieldError, Transaction, fields::Fields};

/// Reads `{"transactionId": "12", "transactionMessage": "…"}`; the id may be an integer, of any
/// size, and stands for its decimal digits. U+FFFD is taken as the escape `\ufffd` alone: as it
/// stands it is what API Gateway puts in the place of bytes that are not UTF-8. Other fields are
/// passed over.
///
/// # Errors
/// [`FieldError`] for text that is no JSON object, and for a field that is missing, repeated, of
/// another type, or out of its limits.
pub fn parse(body: &[u8]) -> Result<Transaction, FieldError> {
    let members: Members = serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            FieldError::NotAnObject
        } else {
            FieldError::NotJson
        }
    })?;
    let mut fields = Fields::default();
    for (name, value) in members.0 {
        if let Some(field) = Field::named(&name) {
            fields.insert(field, read(field, value.get())?)?;
        }
    }
    fields.into_transaction()
}

/// Reads the JSON text of one field's value.
fn read(field: Field, json: &str) -> Result<Cow<'_, str>, FieldError> {
    if json.contains(char::REPLACEMENT_CHARACTER) {
        return Err(FieldError::NotUnicode(field));
    }
    if json.starts_with('"') {
        return serde_json::from_str(json)
            .map(Cow::Owned)
            .map_err(|_| FieldError::NotUnicode(field));
    }
    if field == Field::TransactionId && is_integer(json) {
        return Ok(Cow::Borrowed(json));
    }
    Err(FieldError::WrongType(field))
}

/// Whether the text is a whole number that is written in one way only: neither `-0` nor `1e2`.
fn is_integer(json: &str) -> bool {
    let digits = json.strip_prefix('-').unwrap_or(json);
    json == "0" || (!digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The members of an object as they stand, repeated names included, which a map would hide.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{InvalidMessage, InvalidTransactionId};

    fn id_of(body: &str) -> String {
        parse(body.as_bytes()).unwrap().id.to_string()
    }

    #[test]
    fn the_id_may_be_a_string_or_an_integer() {
        for (id, text) in [
            (r#""12""#, "12"),
            ("12", "12"),
            ("0", "0"),
            ("-7", "-7"),
            ("18446744073709551616", "18446744073709551616"),
            (r#""12\u0041""#, "12A"),
        ] {
            let body = format!(r#"{{"transactionMessage":" a","transactionId":{id}}}"#);
            assert_eq!(id_of(&body), text);
        }
    }

    #[test]
    fn every_error_names_its_field() {
        use Field::{TransactionId, TransactionMessage};
        for (body, error) in [
            ("", FieldError::NotJson),
            ("{", FieldError::NotJson),
            (r#"{"transactionId":1,}"#, FieldError::NotJson),
            (r#"{"transactionId":01}"#, FieldError::NotJson),
            (r#"{"transactionId":1} x"#, FieldError::NotJson),
            ("[]", FieldError::NotAnObject),
            ("null", FieldError::NotAnObject),
            (r#""a""#, FieldError::NotAnObject),
            ("{}", FieldError::Missing(TransactionId)),
            (
                r#"{"transactionId":1}"#,
                FieldError::Missing(TransactionMessage),
            ),
            (
                r#"{"transactionId":1,"transactionId":1,"transactionMessage":"a"}"#,
                FieldError::Repeated(TransactionId),
            ),
            (
                r#"{"transactionId":1,"transactionMessage":"a","transactionMessag\u0065":"a"}"#,
                FieldError::Repeated(TransactionMessage),
            ),
            (
                r#"{"transactionid":1,"transactionMessage":"a"}"#,
                FieldError::Missing(TransactionId),
            ),
            (
                r#"{"transactionId":1.0}"#,
                FieldError::WrongType(TransactionId),
            ),
            (
                r#"{"transactionId":1e2}"#,
                FieldError::WrongType(TransactionId),
            ),
            (
                r#"{"transactionId":-0}"#,
                FieldError::WrongType(TransactionId),
            ),
            (
                r#"{"transactionId":null}"#,
                FieldError::WrongType(TransactionId),
            ),
            (
                r#"{"transactionId":["1"]}"#,
                FieldError::WrongType(TransactionId),
            ),
            (
                r#"{"transactionMessage":12}"#,
                FieldError::WrongType(TransactionMessage),
            ),
            (
                r#"{"transactionMessage":"\ud800"}"#,
                FieldError::NotUnicode(TransactionMessage),
            ),
            (
                "{\"transactionId\":1,\"transactionMessage\":\"Caf\u{fffd}\"}",
                FieldError::NotUnicode(TransactionMessage),
            ),
            (
                r#"{"transactionId":" 1","transactionMessage":"a"}"#,
                FieldError::Id(InvalidTransactionId::OuterWhiteSpace),
            ),
            (
                r#"{"transactionId":1,"transactionMessage":""}"#,
                FieldError::Message(InvalidMessage::Empty),
            ),
        ] {
            assert_eq!(parse(body.as_bytes()), Err(error), "{body}");
        }
    }

    #[test]
    fn other_fields_are_passed_over() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        for other in [
            r#""partner":"globex""#,
            r#""TRANSACTIONID":["2"]"#,
            "\"\":\"\u{fffd}\"",
            r#""a":1e999,"a":{"transactionId":"2"}"#,
            &format!(r#""deep":{deep}"#),
        ] {
            let body = format!(r#"{{{other},"transactionId":"1","transactionMessage":"a"}}"#);
            assert_eq!(id_of(&body), "1");
            let body = format!(r#"{{"transactionId":"1","transactionMessage":"a",{other}}}"#);
            assert_eq!(id_of(&body), "1");
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_refused() {
        let body = b"{\"transactionId\":1,\"transactionMessage\":\"\xff\"}";
        assert!(parse(body).is_err());
    }

    #[test]
    fn a_replacement_character_that_is_meant_is_escaped() {
        let body = br#"{"transactionId":1,"transactionMessage":"\ufffd"}"#;
        assert_eq!(parse(body).unwrap().message.as_str(), "\u{fffd}");
    }

    #[test]
    fn a_deep_body_is_refused_without_deep_recursion() {
        let body = format!(r#"{{"transactionId":{}"#, "[".repeat(1_000_000));
        assert_eq!(parse(body.as_bytes()), Err(FieldError::NotJson));
    }

    proptest! {
        #[test]
        fn what_a_json_encoder_writes_is_read_back(id in "[^\\p{Cc}\\s]{1,30}", message in any::<String>()) {
            prop_assume!(!message.is_empty());
            let body = json!({"transactionId": id, "transactionMessage": message});
            let body = body.to_string().replace(char::REPLACEMENT_CHARACTER, "\\ufffd");
            let transaction = parse(body.as_bytes()).unwrap();
            prop_assert_eq!(transaction.id.as_str(), id);
            prop_assert_eq!(transaction.message.as_str(), message);
        }

        #[test]
        fn an_integer_id_is_its_digits(id in any::<i128>()) {
            let body = format!(r#"{{"transactionId":{id},"transactionMessage":"a"}}"#);
            prop_assert_eq!(id_of(&body), id.to_string());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(body in any::<Vec<u8>>()) {
            let _ = parse(&body);
        }
    }
}
