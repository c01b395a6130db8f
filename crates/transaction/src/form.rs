//! A query string or an `application/x-www-form-urlencoded` body -> a transaction.
//!
//! API Gateway puts U+FFFD in the place of bytes that are not UTF-8. One that stands in a text as it
//! is cannot be told from such a replacement, and is refused.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::{Field, FieldError, Transaction, fields::Fields};

/// Reads `transactionId=12&transactionMessage=…`, in either order.
///
/// Names and values are decoded as the URL Standard decodes forms (`+` is a space, a `%` that
/// begins no escape stands for itself), but bytes that are not UTF-8 are refused instead of replaced,
/// and so is U+FFFD itself unless it is written as `%EF%BF%BD`.
/// Nothing is trimmed. A literal space is kept, as people paste it into consoles. Other fields are
/// passed over.
///
/// # Errors
/// [`FieldError`] for a field that is missing, repeated, or out of its limits.
pub fn parse(form: &str) -> Result<Transaction, FieldError> {
    let mut fields = Fields::default();
    for pair in form.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if let Some(field) = decode(name).and_then(|name| Field::named(&name)) {
            let value = decode(value).ok_or(FieldError::NotUnicode(field))?;
            fields.insert(field, value)?;
        }
    }
    fields.into_transaction()
}

/// Reads names and values that are decoded already, as API Gateway hands a query string over. Of
/// U+FFFD nobody can tell how it was written, so it is refused in any case.
///
/// # Errors
/// As [`parse`].
pub fn from_pairs<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Transaction, FieldError> {
    let mut fields = Fields::default();
    for (name, value) in pairs {
        let Some(field) = Field::named(name) else {
            continue;
        };
        if value.contains(char::REPLACEMENT_CHARACTER) {
            return Err(FieldError::NotUnicode(field));
        }
        fields.insert(field, Cow::Borrowed(value))?;
    }
    fields.into_transaction()
}

/// Undoes the encoding of a form, or nothing if the bytes are not UTF-8 or were none once.
fn decode(encoded: &str) -> Option<Cow<'_, str>> {
    if encoded.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    if !encoded.contains('+') {
        return percent_decode(encoded.as_bytes()).decode_utf8().ok();
    }
    let spaced = encoded.replace('+', " ");
    let decoded = percent_decode(spaced.as_bytes()).decode_utf8().ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{InvalidMessage, InvalidTransactionId};

    fn message_of(form: &str) -> String {
        parse(form).unwrap().message.into_string()
    }

    #[test]
    fn the_console_s_sample_keeps_its_leading_space() {
        let transaction = parse(
            "transactionId=12&transactionMessage= Transaction made between user 687 and user 329.",
        )
        .unwrap();
        assert_eq!(transaction.id.as_str(), "12");
        assert_eq!(
            transaction.message.as_str(),
            " Transaction made between user 687 and user 329."
        );
    }

    #[test]
    fn escapes_are_undone_once() {
        assert_eq!(
            message_of("&transactionMessage=a+b%2Bc%26d%3De%2520%C3%A9=f&transactionId=1&"),
            "a b+c&d=e%20é=f"
        );
        assert_eq!(message_of("transaction%49d=1&transactionMessage=é"), "é");
    }

    #[test]
    fn a_percent_sign_that_begins_no_escape_stands_for_itself() {
        assert_eq!(
            message_of("transactionId=1&transactionMessage=100% sure, 5%zz %"),
            "100% sure, 5%zz %"
        );
    }

    #[test]
    fn every_error_names_its_field() {
        use Field::{TransactionId, TransactionMessage};
        for (form, error) in [
            ("", FieldError::Missing(TransactionId)),
            ("transactionId=1", FieldError::Missing(TransactionMessage)),
            ("transactionMessage=a", FieldError::Missing(TransactionId)),
            (
                "transactionId=1&transactionId=1&transactionMessage=a",
                FieldError::Repeated(TransactionId),
            ),
            (
                "transactionId=1&transactionMessage=a&transactionMessage=b",
                FieldError::Repeated(TransactionMessage),
            ),
            (
                "transactionid=1&transactionMessage=a",
                FieldError::Missing(TransactionId),
            ),
            (
                "transactionId%FF=1&transactionMessage=a",
                FieldError::Missing(TransactionId),
            ),
            (
                "transactionId=1&transactionMessage=%FF",
                FieldError::NotUnicode(TransactionMessage),
            ),
            (
                "transactionId=1&transactionMessage=Caf\u{fffd}",
                FieldError::NotUnicode(TransactionMessage),
            ),
            (
                "transactionId=%C3+&transactionMessage=a",
                FieldError::NotUnicode(TransactionId),
            ),
            (
                "transactionId&transactionMessage=a",
                FieldError::Id(InvalidTransactionId::Empty),
            ),
            (
                "transactionId=1&transactionMessage=",
                FieldError::Message(InvalidMessage::Empty),
            ),
        ] {
            assert_eq!(parse(form), Err(error), "{form}");
        }
    }

    #[test]
    fn other_fields_are_passed_over() {
        for other in ["partner=globex", "%FF=%FF&%FF", "a=1&a=2&=", "b=\u{fffd}"] {
            let form = format!("{other}&transactionId=1&{other}&transactionMessage=a&{other}");
            assert_eq!(message_of(&form), "a", "{form}");
        }
        let id = ("transactionId", "1");
        let message = ("transactionMessage", "a");
        let others = [("partner", "globex"), ("a", "\u{fffd}"), ("", "")];
        let pairs = others.into_iter().chain([id, message]).chain(others);
        assert_eq!(from_pairs(pairs).unwrap().id.as_str(), "1");
    }

    #[test]
    fn a_replacement_character_that_is_meant_is_encoded() {
        let message = message_of("transactionId=1&transactionMessage=%EF%BF%BD");
        assert_eq!(message, "\u{fffd}");
    }

    #[test]
    fn decoded_pairs_are_taken_as_they_are() {
        let message = "100 % of a+b & c=d, é %41";
        let pairs = [("transactionMessage", message), ("transactionId", "1")];
        assert_eq!(from_pairs(pairs).unwrap().message.as_str(), message);
    }

    #[test]
    fn every_error_of_decoded_pairs_names_its_field() {
        use Field::{TransactionId, TransactionMessage};
        let id = ("transactionId", "1");
        let message = ("transactionMessage", "a");
        let replaced = ("transactionMessage", "Caf\u{fffd}");
        for (pairs, error) in [
            (vec![id], FieldError::Missing(TransactionMessage)),
            (vec![id, id, message], FieldError::Repeated(TransactionId)),
            (
                vec![("transactionid", "1"), message],
                FieldError::Missing(TransactionId),
            ),
            (
                vec![id, replaced],
                FieldError::NotUnicode(TransactionMessage),
            ),
        ] {
            assert_eq!(from_pairs(pairs), Err(error));
        }
    }

    proptest! {
        #[test]
        fn what_a_form_encoder_writes_is_read_back(id in "[^\\p{Cc}\\s]{1,30}", message in any::<String>()) {
            prop_assume!(!message.is_empty());
            let form = form_urlencoded::Serializer::new(String::new())
                .append_pair("transactionId", &id)
                .append_pair("transactionMessage", &message)
                .finish();
            let transaction = parse(&form).unwrap();
            prop_assert_eq!(transaction.id.as_str(), id);
            prop_assert_eq!(transaction.message.as_str(), message);
        }

        #[test]
        fn no_text_is_read_with_a_replacement_character_it_does_not_hold(value in "[a%0-9A-F+]{0,12}") {
            let form = format!("transactionId=1&transactionMessage={value}");
            if let Ok(transaction) = parse(&form) {
                let message = transaction.message.as_str();
                prop_assert!(!message.contains(char::REPLACEMENT_CHARACTER) || value.contains("%EF%BF%BD"));
            }
        }
    }
}
