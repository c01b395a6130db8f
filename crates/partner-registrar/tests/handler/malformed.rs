use serde_json::{Value, json};

use crate::{answer_to, answers::Answers, event, run, table_with, token};

#[tokio::test]
async fn a_request_of_another_type_is_answered_with_a_failure() {
    for request_type in [json!("Replace"), Value::Null] {
        let mut event = event("create.json");
        event["RequestType"] = request_type;
        let answer = answer_to(event, &token(), &table_with("acme", "ACTIVE")).await;
        assert_eq!(answer["Status"], "FAILED");
        assert_eq!(
            answer["Reason"],
            "The event's RequestType is none of Create, Update and Delete."
        );
    }
}

#[tokio::test]
async fn an_event_without_a_response_url_is_a_failure_of_the_function() {
    let mut event = event("create.json");
    event["ResponseURL"] = Value::Null;
    let table = table_with("acme", "ACTIVE");
    let answers = Answers::default();
    let failure = run(event, &token(), &table, &answers).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidEvent");
    assert_eq!(table.num_calls(), 0);
    assert!(answers.received().is_empty());
}
