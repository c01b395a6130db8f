//! `POST /transactions`: its three forms, and what it refuses.

use crate::stack_under_test::StackUnderTest;
use local_stack::Answer;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// The limit of a message's JSON-escaped form, and that of a body, in bytes.
const LARGEST_MESSAGE: usize = 200 * 1024;
const LARGEST_BODY: usize = 1024 * 1024;

pub const PATH: &str = "/transactions";

#[test]
fn a_query_string_a_form_and_json_are_taken_alike() {
    let test = StackUnderTest::shared("forms");
    let message = " Transaction made between user 687 and user 329.";
    let ids = ["query", "form", "json"].map(|form| test.id(form));
    let answers = [
        test.api.post_query(PATH, &pairs(&ids[0], message)),
        test.api.post_form(PATH, &pairs(&ids[1], message)),
        test.api.post_json(
            PATH,
            &json!({"transactionId": ids[2], "transactionMessage": message}),
        ),
    ];
    for (answer, id) in answers.into_iter().zip(&ids) {
        assert_accepted(&answer.unwrap(), id);
    }
    for id in &ids {
        let row = test.wait_for_row(id);
        assert_eq!(row["transaction_message"], message.trim());
        assert_eq!(row["partner"], test.partner());
        assert!(row.get("upload_id").is_none_or(Value::is_null));
    }
}

#[test]
fn other_fields_are_passed_over_and_name_no_partner() {
    let test = StackUnderTest::shared("other-fields");
    let ids = ["query", "form", "json"].map(|form| test.id(form));
    let more = [("partner", "globex"), ("comment", "More.")];
    let pairs = |number: usize| [&pairs(&ids[number], "With more.")[..], &more].concat();
    let json = json!({"transactionId": ids[2], "transactionMessage": "With more.",
        "partner": "globex", "comment": {"text": ["More."]}});
    let answers = [
        test.api.post_query(PATH, &pairs(0)),
        test.api.post_form(PATH, &pairs(1)),
        test.api.post_json(PATH, &json),
    ];
    for (answer, id) in answers.into_iter().zip(&ids) {
        assert_accepted(&answer.unwrap(), id);
        let row = test.wait_for_row(id);
        assert_eq!(row["partner"], test.partner());
        assert_eq!(row["transaction_message"], "With more.");
    }
}

#[test]
fn an_integer_is_taken_as_its_digits() {
    let test = StackUnderTest::shared("integer");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let number = u64::try_from(now.as_nanos()).unwrap();
    let request = json!({"transactionId": number, "transactionMessage": "By number."});
    let answer = test.api.post_json(PATH, &request).unwrap();

    assert_accepted(&answer, &number.to_string());
    test.wait_for_row(&number.to_string());
}

#[test]
fn a_text_with_quotes_backslashes_and_emoji_is_stored_as_it_came() {
    let test = StackUnderTest::shared("text");
    let id = test.id(1);
    let message = "it's \"x\" \\ 😀 é\nsecond line";
    let request = json!({"transactionId": id, "transactionMessage": message});
    assert_accepted(&test.api.post_json(PATH, &request).unwrap(), &id);
    assert_eq!(test.wait_for_row(&id)["transaction_message"], message);
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let test = StackUnderTest::shared("malformed");
    let id = test.id(1);
    let long = "x".repeat(129);
    let refused = [
        (json!({"transactionMessage": "No id."}), "transactionId"),
        (
            json!({"transactionId": "", "transactionMessage": "Empty."}),
            "transactionId",
        ),
        (
            json!({"transactionId": long, "transactionMessage": "Long."}),
            "transactionId",
        ),
        (
            json!({"transactionId": true, "transactionMessage": "Kind."}),
            "transactionId",
        ),
        (
            json!({"transactionid": id, "transactionMessage": "Case."}),
            "transactionId",
        ),
        (json!({"transactionId": id}), "transactionMessage"),
        (
            json!({"transactionId": id, "transactionMessage": ""}),
            "transactionMessage",
        ),
    ];
    for (request, field) in refused {
        let answer = test.api.post_json(PATH, &request).unwrap();
        assert_refused(&answer, 400);
        assert_eq!(answer.body["error"]["field"], field, "{request}");
    }
}

#[test]
fn two_places_or_two_values_are_refused() {
    let test = StackUnderTest::shared("twice");
    let id = test.id(1);
    let query = format!("{PATH}?transactionId={id}&transactionMessage=Query.");
    let body = json!({"transactionId": id, "transactionMessage": "Body."});
    assert_refused(&test.api.post_json(&query, &body).unwrap(), 400);

    let twice = [
        ("transactionId", id.as_str()),
        ("transactionId", id.as_str()),
        ("transactionMessage", "Twice."),
    ];
    assert_refused(&test.api.post_query(PATH, &twice).unwrap(), 400);
    assert_refused(&test.api.post_form(PATH, &twice).unwrap(), 400);
    assert!(test.row(&id).is_none());
}

#[test]
fn a_body_that_is_not_json_is_refused() {
    let test = StackUnderTest::shared("not-json");
    let headers = [("content-type", "application/json")];
    let answer = test
        .api
        .send("POST", PATH, &headers, b"{\"transactionId\": ".to_vec());
    assert_refused(&answer.unwrap(), 400);
}

#[test]
fn the_largest_message_is_taken_and_one_byte_more_is_not() {
    let test = StackUnderTest::shared("large");
    let request = |number: usize, bytes: usize| json!({"transactionId": test.id(number), "transactionMessage": "x".repeat(bytes)});
    let answer = test.api.post_json(PATH, &request(1, LARGEST_MESSAGE + 1));
    let answer = answer.unwrap();
    assert_refused(&answer, 400);
    assert_eq!(answer.body["error"]["field"], "transactionMessage");
    let answer = test.api.post_json(PATH, &request(2, LARGEST_BODY));
    assert_refused(&answer.unwrap(), 413);

    let answer = test.api.post_json(PATH, &request(3, LARGEST_MESSAGE));
    assert_accepted(&answer.unwrap(), &test.id(3));
    let row = test.wait_for_row(&test.id(3));
    let message = row["transaction_message"].as_str().unwrap();
    assert_eq!(message.len(), LARGEST_MESSAGE);
}

#[test]
fn content_types_are_read_with_their_parameters_and_others_are_refused() {
    let test = StackUnderTest::shared("types");
    let id = test.id(1);
    let body = json!({"transactionId": id, "transactionMessage": "Typed."});
    let send = |kind| {
        let body = body.to_string().into_bytes();
        let headers = [("content-type", kind)];
        test.api.send("POST", PATH, &headers, body).unwrap()
    };
    for kind in [
        "text/xml",
        "application/json; charset=iso-8859-1",
        "nonsense",
    ] {
        assert_refused(&send(kind), 415);
    }
    for kind in ["Application/JSON", "application/json; charset=\"UTF-8\""] {
        assert_accepted(&send(kind), &id);
    }
}

#[test]
fn an_unknown_route_is_told_in_the_same_envelope() {
    let test = StackUnderTest::shared("route");
    let answer = test
        .api
        .send("GET", "/nothing-here", &[], Vec::new())
        .unwrap();
    assert_refused(&answer, 404);
}

fn pairs<'a>(id: &'a str, message: &'a str) -> [(&'a str, &'a str); 2] {
    [("transactionId", id), ("transactionMessage", message)]
}

pub fn assert_accepted(answer: &Answer, id: &str) {
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert_eq!(
        answer.body,
        json!({"transactionId": id, "status": "QUEUED"})
    );
}

/// The envelope holds a code for programs and a message for people.
pub fn assert_refused(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let error = answer.body["error"].as_object().unwrap();
    assert!(error["code"].as_str().is_some_and(|code| !code.is_empty()));
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|message| !message.is_empty())
    );
}
