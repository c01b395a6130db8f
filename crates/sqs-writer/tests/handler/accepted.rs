use aws_sdk_sqs::{Client, operation::send_message::SendMessageOutput};
use aws_smithy_mocks::mock;
use serde_json::{Value, json};

use crate::{event, event_with_body, queue_taking, response_to, seed};

#[tokio::test]
async fn each_form_of_a_transaction_becomes_the_same_message() {
    for case in [
        "query-string.json",
        "form-body.json",
        "json-body.json",
        "json-body-integer-id.json",
        "base64-body.json",
    ] {
        let rule = queue_taking(seed());
        let response = response_to(event(case), &rule).await;
        assert_eq!(
            response,
            json!({
                "statusCode": 202,
                "headers": {"content-type": "application/json"},
                "body": {"transactionId": "12", "status": "QUEUED"},
                "isBase64Encoded": false,
            }),
            "{case}"
        );
        assert_eq!(rule.num_calls(), 1, "{case}");
    }
}

#[tokio::test]
async fn a_decoded_query_string_is_not_decoded_again() {
    let message = "100 % of a+b & c=d, é %41";
    let mut event = event("query-string.json");
    event["multiValueQueryStringParameters"]["transactionMessage"] = json!([message]);
    let mut expected = seed();
    expected["transaction_message"] = json!(message);
    let rule = queue_taking(expected);
    assert_eq!(response_to(event, &rule).await["statusCode"], 202);
}

#[tokio::test]
async fn a_replacement_character_that_is_escaped_is_taken() {
    for (content_type, body) in [
        (
            "application/x-www-form-urlencoded",
            "transactionId=12&transactionMessage=%EF%BF%BD",
        ),
        (
            "application/json",
            r#"{"transactionId":"12","transactionMessage":"\ufffd"}"#,
        ),
    ] {
        let mut expected = seed();
        expected["transaction_message"] = json!("\u{fffd}");
        let rule = queue_taking(expected);
        let response = response_to(event_with_body(content_type, body), &rule).await;
        assert_eq!(response["statusCode"], 202, "{response}");
    }
}

#[tokio::test]
async fn an_empty_body_beside_a_query_string_is_none() {
    let mut event = event("query-string.json");
    event["body"] = json!("");
    let response = response_to(event, &queue_taking(seed())).await;
    assert_eq!(response["statusCode"], 202);
}

#[tokio::test]
async fn other_fields_are_passed_over_and_the_partner_is_the_authorizers() {
    let mut query = event("query-string.json");
    query["multiValueQueryStringParameters"]["partner"] = json!(["globex"]);
    let mut form = event("form-body.json");
    let body = form["body"].as_str().expect("it has a body");
    form["body"] = json!(format!("partner=globex&{body}"));
    let mut json = event("json-body.json");
    let body = json["body"].as_str().expect("it has a body");
    json["body"] = json!(body.replacen('{', r#"{"partner":"globex","more":{"a":[1]},"#, 1));
    for event in [query, form, json] {
        let rule = queue_taking(seed());
        assert_eq!(response_to(event, &rule).await["statusCode"], 202);
        assert_eq!(rule.num_calls(), 1);
    }
}

#[tokio::test]
async fn the_clock_stands_in_for_an_absent_time() {
    let rule = mock!(Client::send_message)
        .match_requests(|request| {
            let body = request.message_body().expect("a message has a body");
            let message: Value = serde_json::from_str(body).expect("the message is JSON");
            let received_at = message["received_at"].as_str().expect("it is text");
            received_at.ends_with('Z') && received_at.parse::<jiff::Timestamp>().is_ok()
        })
        .then_output(|| SendMessageOutput::builder().message_id("m").build());
    let mut event = event("query-string.json");
    event["requestContext"]["requestTimeEpoch"] = Value::Null;
    assert_eq!(response_to(event, &rule).await["statusCode"], 202);
}
