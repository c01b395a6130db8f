//! What the workflows read in the output of a task. Who takes the output must know it: an output
//! that is taken cannot be sent again.

use serde_json::{Map, Value};

use crate::CallbackTaskKey;

/// The `task_type` of an account's review.
pub const IDENTITY_REVIEW: &str = "IDENTITY_REVIEW";

/// Bytes of a tracking number and of a shipping status at most. Carriers use some forty, and the
/// workflow's state has to hold both a second time.
const SHIPPING_TEXT_BYTES: usize = 1024;

/// An output that the workflow behind the task could not use. The output itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableOutput {
    /// A review decides.
    #[error("The decision of a review is APPROVE or REJECT.")]
    Decision,
    /// What an order keeps is a text.
    #[error("A tracking_number or a shipping_status is a text or a number of 1 to 1,024 bytes.")]
    Shipping,
}

/// Whether the workflow behind the task can use its output: a review has the `decision` `APPROVE`
/// or `REJECT`, and of any task a `tracking_number` and a `shipping_status`, where they are there and
/// not null, are what [`shipping_text`] reads.
///
/// # Errors
/// [`UnusableOutput`].
pub fn check_output(
    key: &CallbackTaskKey,
    output: &Map<String, Value>,
) -> Result<(), UnusableOutput> {
    let decision = output.get("decision").and_then(Value::as_str);
    if key.task_type() == IDENTITY_REVIEW && !matches!(decision, Some("APPROVE" | "REJECT")) {
        return Err(UnusableOutput::Decision);
    }
    let mut shipping = ["tracking_number", "shipping_status"]
        .into_iter()
        .filter_map(|field| output.get(field));
    if shipping.any(|value| !value.is_null() && shipping_text(value).is_none()) {
        return Err(UnusableOutput::Shipping);
    }
    Ok(())
}

/// The tracking number or shipping status as an order keeps it: a text of 1 to 1,024 bytes, or a
/// number as it is written in JSON. `None` for anything else.
#[must_use]
pub fn shipping_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (1..=SHIPPING_TEXT_BYTES)
        .contains(&text.len())
        .then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(task_type: &str, output: &Value) -> Result<(), UnusableOutput> {
        let key = CallbackTaskKey::parse("a96cbeed", task_type).unwrap();
        check_output(&key, output.as_object().unwrap())
    }

    #[test]
    fn a_review_decides_and_other_tasks_need_not() {
        for decision in ["APPROVE", "REJECT"] {
            let output = json!({"decision": decision, "note": "The document is out of date."});
            assert_eq!(check(IDENTITY_REVIEW, &output), Ok(()));
        }
        for output in [
            json!({}),
            json!({"decision": "approve"}),
            json!({"decision": " APPROVE"}),
            json!({"decision": ["APPROVE"]}),
            json!({"Decision": "APPROVE"}),
        ] {
            let refused = Err(UnusableOutput::Decision);
            assert_eq!(check(IDENTITY_REVIEW, &output), refused);
            assert_eq!(check("ORDER_SHIPPING_SERVICE", &output), Ok(()));
        }
    }

    #[test]
    fn what_an_order_keeps_is_a_text_or_a_number_or_not_there() {
        for value in [json!("1ZA1B2C3D4"), json!(123_456), json!(null)] {
            for field in ["tracking_number", "shipping_status"] {
                let output = json!({field: value});
                assert_eq!(check("ORDER_SHIPPING_SERVICE", &output), Ok(()));
            }
        }
        for value in [
            json!(""),
            json!(true),
            json!({"carrier": "1Z"}),
            json!(["1Z"]),
            json!("x".repeat(1025)),
        ] {
            let output = json!({"tracking_number": "1Z", "shipping_status": value});
            let refused = Err(UnusableOutput::Shipping);
            assert_eq!(check("ORDER_SHIPPING_SERVICE", &output), refused);
        }
    }

    #[test]
    fn a_number_is_kept_as_it_is_written() {
        assert_eq!(shipping_text(&json!(7)).as_deref(), Some("7"));
        assert_eq!(shipping_text(&json!("7")).as_deref(), Some("7"));
        let longest = "x".repeat(SHIPPING_TEXT_BYTES);
        assert_eq!(shipping_text(&json!(longest)), Some(longest));
    }
}
