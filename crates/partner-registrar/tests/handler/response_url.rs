use lambda_failure::Failure;
use lambda_runtime::Diagnostic;

use crate::{
    answers::{Answers, Lost},
    event, run, table_with, token,
};

async fn create(answers: &Answers) -> Result<(), Failure> {
    let table = table_with("acme", "ACTIVE");
    run(event("create.json"), &token(), &table, answers).await
}

#[tokio::test]
async fn the_answer_is_put_to_the_signed_url_with_an_empty_content_type() {
    let answers = Answers::in_turn([Ok(200)]);
    create(&answers).await.unwrap();
    let put = answers.only();
    assert_eq!(put.method, "PUT");
    assert_eq!(put.url, event("create.json")["ResponseURL"]);
    assert_eq!(put.content_type.as_deref(), Some(""));
}

#[tokio::test]
async fn the_answer_is_repeated_after_what_passes() {
    let answers = Answers::in_turn([Err(Lost), Ok(503), Ok(200)]);
    create(&answers).await.unwrap();
    let [first, second, third] = &answers.received()[..] else {
        panic!("{answers:?}");
    };
    assert_eq!(first.body, second.body);
    assert_eq!(second.body, third.body);
}

#[tokio::test]
async fn an_answer_that_never_arrives_is_a_failure_for_lambda_to_repeat() {
    let answers = Answers::in_turn([Err(Lost), Err(Lost), Err(Lost)]);
    let failure = create(&answers).await.unwrap_err();
    assert_eq!(failure.error_type(), "ResponseNotDelivered");
}

#[tokio::test]
async fn an_expired_url_is_not_asked_again_and_not_repeated_in_the_error() {
    let answers = Answers::in_turn([Ok(403)]);
    let diagnostic = Diagnostic::from(create(&answers).await.unwrap_err());
    assert_eq!(diagnostic.error_type, "ResponseNotDelivered");
    assert!(!diagnostic.error_message.contains("X-Amz"));
    assert_eq!(answers.received().len(), 1);
}
