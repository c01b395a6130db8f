use aws_sdk_dynamodb::{
    Client,
    operation::get_item::{GetItemError, GetItemOutput},
    types::{AttributeValue, error::ResourceNotFoundException},
};
use aws_smithy_mocks::mock;
use callback_task::{CallbackTasksTableError, PendingTask, Stored, TaskStatus};
use jiff::SignedDuration;

use crate::{acme, fails, key, now, refuses, row, table, takes, token, value};

pub fn pending() -> PendingTask {
    PendingTask {
        key: key(),
        token: token(),
        partner: acme(),
        expires_at: now() + SignedDuration::from_hours(24),
    }
}

pub fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

#[tokio::test]
async fn a_stored_task_expires_at_a_whole_second_and_is_removed_a_week_later() {
    let rule = takes(
        |request| {
            value(request, ":expires_at") == &number(1_772_443_801)
                && value(request, ":remove_at") == &number(1_772_443_801 + 7 * 86_400)
                && value(request, ":token").as_s().unwrap() == "TOKEN"
                && value(request, ":partner").as_s().unwrap() == "acme"
                && value(request, ":pending").as_s().unwrap() == "PENDING"
        },
        None,
    );
    let stored = table(&rule).store(&pending(), now()).await.unwrap();
    assert_eq!(stored, Stored::Now);
}

#[tokio::test]
async fn a_stored_task_forgets_what_the_one_before_it_left() {
    let rule = takes(
        |request| {
            let (_, removed) = request
                .update_expression()
                .unwrap()
                .split_once(" REMOVE ")
                .unwrap();
            removed.contains("outcome_sha256") && removed.contains("open_attempts")
        },
        Some(row("COMPLETING")),
    );
    let stored = table(&rule).store(&pending(), now()).await.unwrap();
    assert_eq!(stored, Stored::Now);
}

#[tokio::test]
async fn the_same_token_again_changes_nothing_and_tells_how_far_its_task_is() {
    let rule = refuses(Some(row("COMPLETING")));
    let stored = table(&rule).store(&pending(), now()).await.unwrap();
    assert_eq!(stored, Stored::Before(TaskStatus::Completing));
}

#[tokio::test]
async fn a_failed_store_keeps_its_cause() {
    let error = table(&fails()).store(&pending(), now()).await.unwrap_err();
    assert!(
        matches!(error, CallbackTasksTableError::Store(_)),
        "{error}"
    );
}

#[tokio::test]
async fn a_task_is_found_by_a_consistent_read() {
    let rule = mock!(Client::get_item)
        .match_requests(|request| {
            request.table_name() == Some("callback-tasks")
                && request.consistent_read() == Some(true)
        })
        .then_output(|| {
            GetItemOutput::builder()
                .set_item(Some(row("PENDING")))
                .build()
        });
    let task = table(&rule).find(&key()).await.unwrap().unwrap();
    assert_eq!(task.partner, acme());
    assert_eq!(task.status, TaskStatus::Pending);
}

#[tokio::test]
async fn an_unknown_task_is_none() {
    let rule = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    assert_eq!(table(&rule).find(&key()).await.unwrap(), None);
}

#[tokio::test]
async fn a_row_that_is_no_task_is_an_error_and_a_failed_read_keeps_its_cause() {
    let rule = mock!(Client::get_item)
        .then_output(|| GetItemOutput::builder().set_item(Some(row("DONE"))).build());
    let error = table(&rule).find(&key()).await.unwrap_err();
    assert!(
        matches!(error, CallbackTasksTableError::Malformed(ref row) if row.attribute == "task_status")
    );
    let rule = mock!(Client::get_item).then_error(|| {
        GetItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let error = table(&rule).find(&key()).await.unwrap_err();
    assert!(matches!(error, CallbackTasksTableError::Find(_)), "{error}");
}

#[tokio::test]
async fn heartbeats_and_expiries_that_come_too_late_change_nothing_and_are_no_errors() {
    let rule = refuses(Some(row("COMPLETED")));
    let beat = table(&rule).record_heartbeat(&key(), &token(), now()).await;
    beat.unwrap();
    let rule = refuses(None);
    let expiry = table(&rule).mark_expired(&key(), &token(), now()).await;
    expiry.unwrap();
}

#[tokio::test]
async fn a_failed_heartbeat_or_expiry_keeps_its_cause() {
    let error = table(&fails())
        .record_heartbeat(&key(), &token(), now())
        .await
        .unwrap_err();
    assert!(
        matches!(error, CallbackTasksTableError::RecordHeartbeat(_)),
        "{error}"
    );
    let error = table(&fails())
        .mark_expired(&key(), &token(), now())
        .await
        .unwrap_err();
    assert!(
        matches!(error, CallbackTasksTableError::MarkExpired(_)),
        "{error}"
    );
}
