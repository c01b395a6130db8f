use aws_sdk_dynamodb::types::AttributeValue;
use callback_task::{
    Attempt, Begun, CallbackTasksTable, CallbackTasksTableError, Outcome, OutcomeHash, TaskStatus,
};

use crate::{Row, acme, fails, key, now, refuses, row, table, takes, token, value};

fn outcome() -> OutcomeHash {
    Outcome::failure(None, None)
        .expect("an empty failure is an outcome")
        .hash()
}

async fn begin(table: &CallbackTasksTable) -> Result<Begun, CallbackTasksTableError> {
    table
        .begin_completion(&key(), &acme(), &outcome(), now())
        .await
}

async fn attempt() -> Attempt {
    let rule = takes(|_| true, Some(row("PENDING")));
    match begin(&table(&rule)).await.expect("the write is taken") {
        Begun::Attempt(attempt) => attempt,
        Begun::Refused(_) => panic!("the completion begins"),
    }
}

#[tokio::test]
async fn a_completion_begins_with_the_token_of_the_row() {
    let rule = takes(
        |request| {
            value(request, ":partner").as_s().unwrap() == "acme"
                && value(request, ":now_seconds").as_n().unwrap() == "1772357400"
                && value(request, ":attempt").as_ss().unwrap().len() == 1
        },
        Some(row("PENDING")),
    );
    let Begun::Attempt(attempt) = begin(&table(&rule)).await.unwrap() else {
        panic!("the completion begins");
    };
    assert_eq!(attempt.token(), &token());
}

#[tokio::test]
async fn every_attempt_has_an_id_of_its_own() {
    assert_ne!(attempt().await, attempt().await);
}

#[tokio::test]
async fn a_completion_that_may_not_begin_tells_the_task_as_it_is() {
    let rule = refuses(Some(row("COMPLETED")));
    let Begun::Refused(Some(task)) = begin(&table(&rule)).await.unwrap() else {
        panic!("the completion does not begin");
    };
    assert_eq!(task.status, TaskStatus::Completed);
    let begun = begin(&table(&refuses(None))).await.unwrap();
    assert_eq!(begun, Begun::Refused(None));
}

#[tokio::test]
async fn a_task_without_a_token_is_a_malformed_row() {
    let mut tokenless = row("PENDING");
    tokenless.remove("task_token");
    let rule = takes(|_| true, Some(tokenless));
    let error = begin(&table(&rule)).await.unwrap_err();
    assert!(
        matches!(error, CallbackTasksTableError::Malformed(ref row) if row.attribute == "task_token")
    );
}

fn completing(open_attempts: &[String]) -> Row {
    let mut row = row("COMPLETING");
    row.insert(
        "open_attempts".to_owned(),
        AttributeValue::Ss(open_attempts.to_vec()),
    );
    row
}

#[tokio::test]
async fn a_released_attempt_is_not_open_and_others_are() {
    let attempt = attempt().await;
    let rule = takes(
        |request| request.update_expression() == Some("DELETE open_attempts :attempt"),
        Some(completing(&["other".to_owned()])),
    );
    let task = table(&rule).release(&attempt).await.unwrap().unwrap();
    assert_eq!(task.open_attempts, ["other"]);
}

#[tokio::test]
async fn a_release_tells_the_task_that_has_replaced_its_own() {
    let rule = refuses(Some(row("PENDING")));
    let task = table(&rule).release(&attempt().await).await.unwrap();
    assert_eq!(task.unwrap().status, TaskStatus::Pending);
}

#[tokio::test]
async fn what_another_attempt_did_before_is_no_error() {
    let attempt = attempt().await;
    let found = || refuses(Some(row("COMPLETED")));
    table(&found())
        .mark_completed(&attempt, now())
        .await
        .unwrap();
    table(&found()).reopen(&attempt).await.unwrap();
}

#[tokio::test]
async fn a_completed_task_keeps_neither_token_nor_attempts() {
    let rule = takes(
        |request| {
            let update = request.update_expression().unwrap();
            update.ends_with("REMOVE task_token, open_attempts")
                && value(request, ":completed").as_s().unwrap() == "COMPLETED"
                && value(request, ":token").as_s().unwrap() == "TOKEN"
        },
        Some(row("COMPLETING")),
    );
    let marked = table(&rule).mark_completed(&attempt().await, now()).await;
    marked.unwrap();
}

#[tokio::test]
async fn each_failed_write_keeps_its_cause() {
    use CallbackTasksTableError::{BeginCompletion, MarkCompleted, Release, Reopen};
    let attempt = attempt().await;
    let table = |()| table(&fails());
    assert!(matches!(begin(&table(())).await, Err(BeginCompletion(_))));
    assert!(matches!(table(()).release(&attempt).await, Err(Release(_))));
    assert!(matches!(table(()).reopen(&attempt).await, Err(Reopen(_))));
    assert!(matches!(
        table(()).mark_completed(&attempt, now()).await,
        Err(MarkCompleted(_))
    ));
}
