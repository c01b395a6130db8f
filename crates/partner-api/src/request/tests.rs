use serde_json::json;

use super::*;

fn request(event: Value) -> Request {
    Request::read(event).unwrap()
}

fn text(event: Value) -> Result<String, RequestError> {
    request(event).text().map(Cow::into_owned)
}

#[test]
fn an_event_with_nothing_in_it_is_a_request_of_nobody() {
    let null = r#"{"headers": null, "multiValueHeaders": null, "body": null,
        "multiValueQueryStringParameters": null, "isBase64Encoded": null,
        "requestContext": {"authorizer": null, "requestTimeEpoch": null}}"#;
    let no_context = r#"{"requestContext": null}"#;
    for event in ["{}", no_context, r#"{"requestContext": {}}"#, null] {
        let request = request(serde_json::from_str(event).unwrap());
        assert_eq!(request.partner(), Err(RequestError::Unauthorized));
        assert_eq!(request.received_at(), None);
        assert_eq!(request.media_type(), None);
        assert!(request.header("Idempotency-Key").is_empty());
        assert!(request.query().is_empty());
        assert_eq!(request.text().unwrap(), "");
    }
}

#[test]
fn an_event_of_another_kind_is_a_failure_that_quotes_nothing() {
    for event in [
        json!({"body": ["SECRET"]}),
        json!({"requestContext": "SECRET"}),
        json!("SECRET"),
        Value::Null,
    ] {
        let failure = Request::read(event).err().unwrap();
        assert_eq!(failure.error_type(), "InvalidEvent");
        assert!(!format!("{failure:?}").contains("SECRET"));
    }
}

#[test]
fn the_partner_is_the_authorizers_or_nobody() {
    let partner = |authorizer: Value| {
        request(json!({"requestContext": {"authorizer": authorizer}})).partner()
    };
    let acme = partner(json!({"partner_id": "acme"})).unwrap();
    assert_eq!(acme.as_str(), "acme");
    for authorizer in [
        json!({"principalId": "acme"}),
        json!({"partner_id": null}),
        json!({"partner_id": 7}),
        json!({"partner_id": "NO PARTNER"}),
        json!({"partner_id": "../acme"}),
        json!("acme"),
    ] {
        let nobody = Err(RequestError::Unauthorized);
        assert_eq!(partner(authorizer.clone()), nobody, "{authorizer}");
    }
}

#[test]
fn a_time_outside_the_calendar_is_none() {
    let received_at = |milliseconds: i64| {
        request(json!({"requestContext": {"requestTimeEpoch": milliseconds}})).received_at()
    };
    let text = received_at(1_772_357_400_123).unwrap().to_string();
    assert_eq!(text, "2026-03-01T09:30:00.123Z");
    assert_eq!(received_at(i64::MAX), None);
}

#[test]
fn a_content_type_is_found_in_any_case() {
    let event = json!({"requestContext": {}, "headers": {"content-TYPE": "application/json"}});
    assert_eq!(request(event).media_type(), Some(MediaType::Json));
}

#[test]
fn a_header_has_the_values_of_its_every_writing() {
    let values = |lists: Value| {
        let event = json!({"requestContext": {}, "headers": {"idempotency-key": "last"},
            "multiValueHeaders": lists});
        request(event).header("Idempotency-Key").join(" ")
    };
    assert_eq!(values(json!({"Accept": ["a"]})), "");
    assert_eq!(values(json!({"IDEMPOTENCY-KEY": ["a", "a"]})), "a a");
    let twice = json!({"Idempotency-Key": ["a"], "idempotency-key": ["b"]});
    assert_eq!(values(twice), "a b");
    assert_eq!(values(Value::Null), "last");
}

#[test]
fn a_body_of_one_mebibyte_is_taken_and_one_byte_more_is_not() {
    let plain = |length| json!({"requestContext": {}, "body": "x".repeat(length)});
    assert_eq!(text(plain(1_048_576)).unwrap().len(), 1_048_576);
    assert_eq!(text(plain(1_048_577)), Err(RequestError::BodyTooLarge));
}

#[test]
fn a_body_in_base64_is_decoded() {
    let encoded =
        |body: &str| text(json!({"requestContext": {}, "isBase64Encoded": true, "body": body}));
    assert_eq!(encoded("e30=").unwrap(), "{}");
    assert_eq!(encoded(&"eHh4".repeat(349_525)).unwrap().len(), 1_048_575);
    let too_large = encoded(&"eHh4".repeat(349_526));
    assert_eq!(too_large, Err(RequestError::BodyTooLarge));
    // 0xff begins no UTF-8 sequence; `*` is no base64.
    for body in ["/w==", "*"] {
        assert_eq!(encoded(body), Err(RequestError::BodyNotText));
    }
}
