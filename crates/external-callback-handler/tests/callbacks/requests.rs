//! What is refused before the task is looked for.

use serde_json::{Value, json};

use crate::{FakeAws, call, event, status, waiting_task, with};

/// A refusal of the whole body, before any call.
async fn assert_refused(aws: &FakeAws, event: Value, refused: u16, code: &str) {
    let (status, _, body) = call(aws, event).await;
    assert_eq!((status, &body["error"]["code"]), (refused, &json!(code)));
    assert_eq!(body["error"].get("field"), None);
    assert!(aws.with(|state| state.calls.is_empty()));
}

#[tokio::test]
async fn a_request_past_the_authorizer_is_unauthorized() {
    let aws = waiting_task().await;
    let mut nobody = event("success.json");
    nobody["requestContext"]["authorizer"] = json!({"principalId": "acme"});
    let mut malformed = event("success.json");
    malformed["requestContext"]["authorizer"]["partner_id"] = json!("../acme");
    for event in [event("unauthorized.json"), nobody, malformed] {
        let (status, headers, body) = call(&aws, event).await;
        assert_eq!(status, 401);
        assert_eq!(headers["www-authenticate"], "Bearer");
        assert_eq!(body["error"]["code"], "UNAUTHORIZED");
    }
    assert!(aws.with(|state| state.calls.is_empty()));
}

#[tokio::test]
async fn a_bad_request_is_told_which_field_is_wrong() {
    let aws = waiting_task().await;
    let (status, headers, body) = call(&aws, event("output-missing.json")).await;
    assert_eq!(status, 400);
    assert_eq!(headers["content-type"], "application/json");
    let expected = json!({"error": {
        "code": "FIELD_MISSING",
        "message": "The field task_output is missing.",
        "field": "task_output",
    }});
    assert_eq!(body, expected);
    assert!(aws.with(|state| state.calls.is_empty()));
}

#[tokio::test]
async fn a_body_is_json_whatever_its_content_type_says() {
    let aws = waiting_task().await;
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let mut event = event("success.json");
        event["headers"] = json!({"content-type": content_type.unwrap_or_default()});
        if content_type.is_none() {
            event["headers"] = Value::Null;
        }
        assert_eq!(status(&aws, event).await, 200, "{content_type:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_or_no_text_is_refused() {
    let aws = waiting_task().await;
    let event = |order_id: &str| with("success.json", "order_id", json!(order_id));
    let large = event(&"x".repeat(1024 * 1024));
    assert_refused(&aws, large, 413, "REQUEST_TOO_LARGE").await;
    assert_refused(&aws, event("Caf\u{fffd}"), 400, "BODY_NOT_TEXT").await;
}
