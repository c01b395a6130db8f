use callback_task::UnusableOutput;
use serde_json::json;

use super::*;

fn parse(body: &Value) -> Result<Callback, Refusal> {
    Callback::parse(&body.to_string())
}

fn success() -> Value {
    json!({
        "order_id": "a96cbeed-cbd7-4711-815c-0913113c6064",
        "task_type": "ORDER_SHIPPING_SERVICE",
        "task_status": "SUCCESS",
        "task_output": {"shipping_status": "PROCESSING", "tracking_number": "1ZA1B2C3D4"},
    })
}

/// The success with a field replaced; null removes it.
fn with(field: &str, value: Value) -> Value {
    let mut body = success();
    body[field] = value;
    body
}

fn refusal(body: &Value) -> Refusal {
    parse(body).err().expect("the body is refused")
}

#[test]
fn each_status_has_two_spellings_and_one_meaning() {
    for (spelling, status) in [
        ("SUCCESS", "SUCCESS"),
        ("SUCCEEDED", "SUCCESS"),
        ("FAILURE", "FAILURE"),
        ("FAILED", "FAILURE"),
        ("IN_PROGRESS", "IN_PROGRESS"),
    ] {
        let callback = parse(&with("task_status", json!(spelling))).ok().unwrap();
        assert_eq!(callback.report.status(), status);
    }
}

#[test]
fn another_status_is_refused() {
    for status in ["", "success", "DONE", " SUCCESS"] {
        assert_eq!(
            refusal(&with("task_status", json!(status))),
            Refusal::FieldInvalid(Field::TaskStatus)
        );
    }
}

#[test]
fn a_success_says_which_task_and_with_which_output() {
    let callback = parse(&success()).ok().unwrap();
    assert_eq!(
        callback.key.order_id(),
        "a96cbeed-cbd7-4711-815c-0913113c6064"
    );
    assert_eq!(callback.key.task_type(), "ORDER_SHIPPING_SERVICE");
    let Report::Ended(Outcome::Success { output }) = callback.report else {
        panic!("the callback is a success");
    };
    assert_eq!(
        output,
        r#"{"shipping_status":"PROCESSING","tracking_number":"1ZA1B2C3D4"}"#
    );
}

#[test]
fn a_failure_keeps_error_and_cause() {
    let mut body = with("task_status", json!("FAILED"));
    body["task_error"] = json!("NoStock");
    body["task_cause"] = json!({"item": 7});
    let Report::Ended(Outcome::Failure { error, cause }) = parse(&body).ok().unwrap().report else {
        panic!("the callback is a failure");
    };
    assert_eq!(error, "NoStock");
    assert_eq!(cause.as_deref(), Some(r#"{"item":7}"#));
}

#[test]
fn every_missing_field_is_named() {
    for field in [
        Field::OrderId,
        Field::TaskType,
        Field::TaskStatus,
        Field::TaskOutput,
    ] {
        assert_eq!(
            refusal(&with(field.name(), Value::Null)),
            Refusal::FieldMissing(field)
        );
        let mut body = success();
        body.as_object_mut().unwrap().remove(field.name());
        assert_eq!(refusal(&body), Refusal::FieldMissing(field));
    }
}

#[test]
fn every_field_of_a_wrong_type_is_named_whatever_the_status() {
    for (field, value) in [
        (Field::OrderId, json!(7)),
        (Field::TaskType, json!(["T"])),
        (Field::TaskStatus, json!(true)),
        (Field::TaskOutput, json!("PROCESSING")),
        (Field::TaskError, json!(500)),
        (Field::TaskCause, json!([])),
    ] {
        assert_eq!(
            refusal(&with(field.name(), value)),
            Refusal::FieldWrongType(field)
        );
    }
}

#[test]
fn an_error_that_the_workflow_would_take_for_its_own_is_refused_whatever_the_status() {
    for name in ["Dispatcher.TaskNotStored", "Lambda.Unknown"] {
        assert_eq!(
            refusal(&with("task_error", json!(name))),
            Refusal::FieldInvalid(Field::TaskError)
        );
    }
}

#[test]
fn keys_outside_their_limits_are_named() {
    for (field, value) in [
        (Field::OrderId, String::new()),
        (Field::OrderId, "x".repeat(2049)),
        (Field::TaskType, "x".repeat(1025)),
    ] {
        assert_eq!(
            refusal(&with(field.name(), json!(value))),
            Refusal::FieldInvalid(field)
        );
    }
}

#[test]
fn an_output_over_128_kib_is_too_large_whatever_the_status() {
    for status in ["SUCCESS", "FAILURE", "IN_PROGRESS"] {
        let output = |length: usize| {
            let mut body = with("task_output", json!({"x": "y".repeat(length - 8)}));
            body["task_status"] = json!(status);
            body
        };
        assert!(parse(&output(131_072)).is_ok());
        assert_eq!(refusal(&output(131_073)), Refusal::OutputTooLarge);
    }
}

#[test]
fn an_output_that_the_workflow_could_not_use_is_refused_with_its_field() {
    let mut body = with("task_output", json!({"decision": "approve"}));
    assert!(parse(&body).is_ok());
    body["task_type"] = json!("IDENTITY_REVIEW");
    assert_eq!(
        refusal(&body).to_string(),
        "The field task_output cannot be used. The decision of a review is APPROVE or REJECT."
    );
    for output in [
        json!({"tracking_number": {}}),
        json!({"shipping_status": ""}),
    ] {
        let refused = Refusal::OutputUnusable(UnusableOutput::Shipping);
        assert_eq!(refusal(&with("task_output", output)), refused);
    }
    assert!(parse(&with("task_output", json!({"tracking_number": 7}))).is_ok());
}

#[test]
fn a_review_may_fail_or_be_in_progress_without_a_decision() {
    for status in ["FAILURE", "IN_PROGRESS"] {
        let mut body = with("task_output", json!(null));
        body["task_type"] = json!("IDENTITY_REVIEW");
        body["task_status"] = json!(status);
        assert!(parse(&body).is_ok(), "{status}");
    }
}

#[test]
fn what_is_no_json_or_no_object_is_refused() {
    let deep = "[".repeat(200_000);
    for body in ["", "{", "order_id=7", &deep, "\u{feff}{}"] {
        let refusal = Callback::parse(body).err();
        assert_eq!(refusal, Some(Refusal::NotJson));
    }
    for body in ["null", "[]", "7", "\"x\""] {
        let refusal = Callback::parse(body).err();
        assert_eq!(refusal, Some(Refusal::NotAnObject));
    }
}

/// API Gateway hands bytes that are not UTF-8 over as U+FFFD.
#[test]
fn a_replacement_character_is_taken_where_it_is_escaped_alone() {
    let escaped = success().to_string().replace("1ZA1", r"\ufffd");
    assert!(Callback::parse(&escaped).is_ok());
    let refusal = parse(&with("order_id", json!("Caf\u{fffd}"))).err();
    assert_eq!(refusal, Some(RequestError::BodyNotText.into()));
}
