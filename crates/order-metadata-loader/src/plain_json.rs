//! `DynamoDB` attribute values as plain JSON.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::base64;
use serde_json::{Map, Number, Value};

/// A row as a JSON object.
pub(crate) fn object(row: HashMap<String, AttributeValue>) -> Map<String, Value> {
    row.into_iter()
        .map(|(name, value)| (name, plain(value)))
        .collect()
}

/// Sets are arrays, and bytes are base64 as they are in the API of `DynamoDB`.
fn plain(value: AttributeValue) -> Value {
    let texts = |texts: Vec<String>| texts.into_iter().map(Value::String).collect();
    match value {
        AttributeValue::S(text) => Value::String(text),
        AttributeValue::N(digits) => number(digits),
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::B(bytes) => Value::String(base64::encode(bytes)),
        AttributeValue::L(values) => values.into_iter().map(plain).collect(),
        AttributeValue::M(row) => Value::Object(object(row)),
        AttributeValue::Ss(set) => texts(set),
        AttributeValue::Ns(set) => set.into_iter().map(number).collect(),
        AttributeValue::Bs(set) => texts(set.into_iter().map(base64::encode).collect()),
        // NULL, and what a later version of DynamoDB may bring.
        _ => Value::Null,
    }
}

/// `DynamoDB` keeps 38 digits, and JSON's readers keep 15 to 17. A number that would lose a digit
/// stays the text that it is.
fn number(digits: String) -> Value {
    let exact = match digits.parse::<i64>() {
        Ok(whole) => Some(Number::from(whole)),
        Err(_) => digits
            .parse::<f64>()
            .ok()
            .filter(|parsed| parsed.to_string() == digits)
            .and_then(Number::from_f64),
    };
    exact.map_or(Value::String(digits), Value::Number)
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn s(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    #[test]
    fn every_type_has_its_plain_form() {
        let n = |digits: &str| AttributeValue::N(digits.to_owned());
        let map = [("city".to_owned(), s("Köln"))].into();
        for (value, expected) in [
            (s("a"), json!("a")),
            (n("7"), json!(7)),
            (n("-12.5"), json!(-12.5)),
            (AttributeValue::Bool(true), json!(true)),
            (AttributeValue::Null(true), json!(null)),
            (AttributeValue::B(Blob::new("hi")), json!("aGk=")),
            (AttributeValue::L(vec![s("a"), n("1")]), json!(["a", 1])),
            (AttributeValue::M(map), json!({"city": "Köln"})),
            (AttributeValue::Ss(vec!["a".to_owned()]), json!(["a"])),
            (AttributeValue::Ns(vec!["1".to_owned()]), json!([1])),
            (AttributeValue::Bs(vec![Blob::new("hi")]), json!(["aGk="])),
        ] {
            let row = [("x".to_owned(), value)].into();
            assert_eq!(object(row)["x"], expected);
        }
    }

    #[test]
    fn a_number_that_would_lose_a_digit_stays_a_text() {
        for digits in [
            "9400110200881234567890",
            "0.12345678901234567890123456789012345678",
            "1E+125",
        ] {
            assert_eq!(number(digits.to_owned()), json!(digits));
        }
    }

    proptest! {
        #[test]
        fn a_price_is_a_number(whole in 0..10_000_000_i64, cents in 1..100_i64) {
            let digits = format!("{whole}.{cents:02}");
            let digits = digits.trim_end_matches('0');
            prop_assert_eq!(number(digits.to_owned()).to_string(), digits);
        }
    }
}
