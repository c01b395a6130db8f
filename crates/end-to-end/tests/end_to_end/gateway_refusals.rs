//! What API Gateway refuses by itself, and what it makes of bytes that are no text.

use crate::api::{PATH, assert_accepted, assert_refused};
use crate::stack_under_test::StackUnderTest;
use local_stack::{Answer, Fate, FaultyEndpoint};
use serde_json::json;

/// API Gateway's limit of a body, in bytes.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn a_body_over_ten_megabytes_is_too_large() {
    let test = StackUnderTest::shared("huge");
    let body = vec![b'x'; LARGEST_BODY + 1];
    let answer = test.api.send("POST", PATH, &[JSON], body).unwrap();
    assert_code(&answer, 413, "REQUEST_TOO_LARGE");
}

#[test]
fn a_content_type_that_a_mapped_route_does_not_know_is_unsupported() {
    let test = StackUnderTest::shared("unmapped");
    let headers = [("content-type", "text/plain")];
    let body = json!({"sendsms": {"To": "+15558675310"}}).to_string();
    let answer = test.api.send("POST", "/sms", &headers, body.into_bytes());
    assert_code(&answer.unwrap(), 415, "UNSUPPORTED_MEDIA_TYPE");
}

#[test]
fn an_authorizer_that_fails_is_an_error_of_ours_and_not_the_partners() {
    let test = StackUnderTest::alone("authorizer-fails");
    let endpoint = FaultyEndpoint::before(&test.aws, "PartnerAuthorizer", |_| {
        Fate::Refused(400, "ResourceNotFoundException")
    });
    let endpoint = endpoint.unwrap();
    let id = test.id(1);
    let request = json!({"transactionId": id, "transactionMessage": "Once."});
    let answer = test.api.post_json(PATH, &request).unwrap();
    assert_code(&answer, 500, "INTERNAL_ERROR");
    drop(endpoint);
    assert_accepted(&test.api.post_json(PATH, &request).unwrap(), &id);
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_by_the_name_of_their_field() {
    let test = StackUnderTest::shared("latin-1");
    let id = test.id(1);
    let form = |message: &[u8]| {
        let start = format!("transactionId={id}&transactionMessage=");
        [start.as_bytes(), message].concat()
    };
    let json = [
        format!("{{\"transactionId\":\"{id}\",\"transactionMessage\":\"Caf").as_bytes(),
        b"\xe9\"}",
    ]
    .concat();
    let query = format!("{PATH}?transactionId={id}&transactionMessage=Caf%E9");
    for answer in [
        test.api.send("POST", PATH, &[FORM], form(b"Caf\xe9")),
        test.api.send("POST", PATH, &[FORM], form(b"Caf%E9")),
        test.api.send("POST", PATH, &[JSON], json),
        test.api.send("POST", &query, &[], Vec::new()),
    ] {
        let answer = answer.unwrap();
        assert_code(&answer, 400, "FIELD_NOT_UNICODE");
        assert_eq!(answer.body["error"]["field"], "transactionMessage");
    }
    assert!(test.row(&id).is_none());
}

#[test]
fn a_replacement_character_that_is_escaped_is_stored() {
    let test = StackUnderTest::shared("replacement");
    let ids = [test.id("json"), test.id("form")];
    let json = format!(
        r#"{{"transactionId":"{}","transactionMessage":"\ufffd"}}"#,
        ids[0]
    );
    let form = format!("transactionId={}&transactionMessage=%EF%BF%BD", ids[1]);
    let bodies = [(JSON, json), (FORM, form)];
    for (id, (kind, body)) in ids.iter().zip(bodies) {
        let answer = test.api.send("POST", PATH, &[kind], body.into_bytes());
        assert_accepted(&answer.unwrap(), id);
        assert_eq!(test.wait_for_row(id)["transaction_message"], "\u{fffd}");
    }
}

fn assert_code(answer: &Answer, status: u16, code: &str) {
    assert_refused(answer, status);
    assert_eq!(answer.body["error"]["code"], code);
}
