use aws_smithy_mocks::Rule;
use serde_json::{Value, json};

use crate::{event, event_with_body, queue_taking_anything, response_to};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// The response to a request that starts nothing.
async fn refusal_of(event: Value) -> Value {
    let rule: Rule = queue_taking_anything();
    let response = response_to(event, &rule).await;
    assert_eq!(rule.num_calls(), 0);
    assert_eq!(response["headers"]["content-type"], "application/json");
    response
}

async fn assert_refused(event: Value, status: u16, code: &str) {
    let response = refusal_of(event).await;
    assert_eq!(response["statusCode"], status, "{response}");
    assert_eq!(response["body"]["error"]["code"], code);
    assert_eq!(response["body"]["error"].get("field"), None);
}

#[tokio::test]
async fn a_call_past_the_authorizer_is_unauthorized() {
    let from_console = event("console-test.json");
    let mut without_partner = event("query-string.json");
    without_partner["requestContext"]["authorizer"] = json!({"principalId": "acme"});
    let mut with_malformed_partner = event("query-string.json");
    with_malformed_partner["requestContext"]["authorizer"]["partner_id"] = json!("../acme");
    let mut with_null_context = event("query-string.json");
    with_null_context["requestContext"] = Value::Null;
    let mut without_context = event("query-string.json");
    without_context
        .as_object_mut()
        .unwrap()
        .remove("requestContext");
    for event in [
        from_console,
        without_partner,
        with_malformed_partner,
        with_null_context,
        without_context,
        json!({}),
    ] {
        let response = refusal_of(event).await;
        assert_eq!(response["statusCode"], 401);
        assert_eq!(response["body"]["error"]["code"], "UNAUTHORIZED");
        assert_eq!(response["headers"]["www-authenticate"], "Bearer");
    }
}

#[tokio::test]
async fn a_transaction_stands_in_exactly_one_place() {
    assert_refused(event("query-string-and-body.json"), 400, "BODY_AND_QUERY").await;
    assert_refused(event("no-transaction.json"), 400, "TRANSACTION_MISSING").await;
    assert_refused(event_with_body(JSON, ""), 400, "TRANSACTION_MISSING").await;
}

#[tokio::test]
async fn a_body_of_another_type_or_character_set_is_unsupported() {
    assert_refused(event("xml-body.json"), 415, "UNSUPPORTED_MEDIA_TYPE").await;
    let latin_1 = event_with_body("application/json; charset=iso-8859-1", "{}");
    assert_refused(latin_1, 415, "UNSUPPORTED_MEDIA_TYPE").await;
    let mut without_type = event("json-body.json");
    without_type["headers"]
        .as_object_mut()
        .unwrap()
        .remove("Content-Type");
    assert_refused(without_type, 415, "UNSUPPORTED_MEDIA_TYPE").await;
}

#[tokio::test]
async fn a_body_that_is_no_text_is_refused() {
    // 0xff begins no UTF-8 sequence; `*` is no base64.
    for body in ["/w==", "*"] {
        let mut event = event("base64-body.json");
        event["body"] = json!(body);
        assert_refused(event, 400, "BODY_NOT_TEXT").await;
    }
}

/// API Gateway hands bytes that are not UTF-8 over as U+FFFD.
#[tokio::test]
async fn bytes_that_were_no_text_are_refused_by_the_name_of_their_field() {
    let mut query = event("query-string.json");
    query["multiValueQueryStringParameters"]["transactionMessage"] = json!(["Caf\u{fffd}"]);
    let form = "transactionId=1&transactionMessage=Caf\u{fffd}";
    let json = "{\"transactionId\":1,\"transactionMessage\":\"Caf\u{fffd}\"}";
    for event in [
        query,
        event_with_body(FORM, form),
        event_with_body(JSON, json),
    ] {
        let response = refusal_of(event).await;
        assert_eq!(response["statusCode"], 400);
        assert_eq!(response["body"]["error"]["code"], "FIELD_NOT_UNICODE");
        assert_eq!(response["body"]["error"]["field"], "transactionMessage");
    }
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_too_large() {
    let body = |size| event_with_body(FORM, &"a".repeat(size));
    assert_refused(body(1024 * 1024 + 1), 413, "REQUEST_TOO_LARGE").await;
    let response = refusal_of(body(1024 * 1024)).await;
    assert_eq!(response["body"]["error"]["code"], "FIELD_MISSING");
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    assert_refused(event_with_body(JSON, "{"), 400, "NOT_JSON").await;
    assert_refused(event_with_body(JSON, "[]"), 400, "NOT_AN_OBJECT").await;
}

#[tokio::test]
async fn a_field_outside_its_limits_is_named() {
    let too_large = format!("transactionId=1&transactionMessage={}", "a".repeat(204_801));
    for (event, code, field) in [
        (
            event("repeated-query-string.json"),
            "FIELD_REPEATED",
            "transactionId",
        ),
        (
            event_with_body(
                FORM,
                "transactionId=1&transactionMessage=a&transactionMessage=a",
            ),
            "FIELD_REPEATED",
            "transactionMessage",
        ),
        (
            event_with_body(FORM, "transactionId=1"),
            "FIELD_MISSING",
            "transactionMessage",
        ),
        (
            event_with_body(FORM, "transactionid=1&transactionMessage=a"),
            "FIELD_MISSING",
            "transactionId",
        ),
        (
            event_with_body(JSON, r#"{"transactionid":1,"transactionMessage":"a"}"#),
            "FIELD_MISSING",
            "transactionId",
        ),
        (
            event_with_body(FORM, &too_large),
            "MESSAGE_TOO_LARGE",
            "transactionMessage",
        ),
        (
            event_with_body(JSON, r#"{"transactionId":"1 ","transactionMessage":"a"}"#),
            "ID_OUTER_WHITE_SPACE",
            "transactionId",
        ),
        (
            event_with_body(JSON, r#"{"transactionId":1.5,"transactionMessage":"a"}"#),
            "FIELD_WRONG_TYPE",
            "transactionId",
        ),
    ] {
        let response = refusal_of(event).await;
        assert_eq!(response["statusCode"], 400);
        assert_eq!(response["body"]["error"]["code"], code);
        assert_eq!(response["body"]["error"]["field"], field);
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let with_key = |key: &str| {
        let mut event = event("idempotency-key.json");
        event["multiValueHeaders"]["Idempotency-Key"] = json!([key]);
        event
    };
    for (event, code) in [
        (
            event("idempotency-key-repeated.json"),
            "IDEMPOTENCY_KEY_REPEATED",
        ),
        (with_key(""), "IDEMPOTENCY_KEY_INVALID"),
        (with_key("SECRET key"), "IDEMPOTENCY_KEY_INVALID"),
        (with_key(&"k".repeat(256)), "IDEMPOTENCY_KEY_INVALID"),
    ] {
        let response = refusal_of(event).await;
        assert_eq!(response["statusCode"], 400);
        assert_eq!(response["body"]["error"]["code"], code);
        assert_eq!(response["body"]["error"]["field"], "Idempotency-Key");
        assert!(!response.to_string().contains("SECRET"), "{response}");
    }
}

#[tokio::test]
async fn a_refused_transaction_claims_no_key() {
    let mut event = event("idempotency-key.json");
    event["body"] = json!("{}");
    assert_eq!(refusal_of(event).await["statusCode"], 400);
}

#[tokio::test]
async fn an_error_repeats_nothing_of_the_request() {
    for body in [
        r#"{"transactionId":"SECRET ","transactionMessage":"SECRET"}"#,
        r#"{"SECRET":1}"#,
        "SECRET",
    ] {
        let response = refusal_of(event_with_body(JSON, body)).await;
        assert!(!response.to_string().contains("SECRET"), "{response}");
    }
}
