//! Deliveries that come twice, late, or while another token is stored.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    operation::{
        get_item::GetItemOutput,
        update_item::{UpdateItemError, UpdateItemOutput},
    },
    types::{AttributeValue, error::ConditionalCheckFailedException},
};
use aws_sdk_sfn::{
    operation::send_task_heartbeat::{SendTaskHeartbeatError, SendTaskHeartbeatOutput},
    types::error::TaskTimedOut,
};
use aws_smithy_mocks::{Rule, mock};
use callback_task::TaskToken;

use crate::{Script, TOKEN, event, script};

/// The row of a task of that status and with that token.
fn row(status: &str, token: &str) -> HashMap<String, AttributeValue> {
    let token = TaskToken::parse(token).expect("it is a token");
    [
        ("partner_id", AttributeValue::S("acme".to_owned())),
        ("task_status", AttributeValue::S(status.to_owned())),
        ("task_token_sha256", AttributeValue::S(token.sha256())),
        ("expires_at", AttributeValue::N("1772443800".to_owned())),
        ("attempt", AttributeValue::N("3".to_owned())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// A store whose condition fails for a row of that status and with that token.
fn refused_by(status: &'static str, token: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item).then_error(move || {
        let refusal = ConditionalCheckFailedException::builder();
        let refusal = refusal.set_item(Some(row(status, token)));
        UpdateItemError::ConditionalCheckFailedException(refusal.build())
    })
}

#[tokio::test]
async fn a_second_delivery_asks_again_while_the_review_waits() {
    let script = Script {
        store: refused_by("PENDING", TOKEN),
        ..script()
    };
    script.run(event()).await.unwrap();
    assert_eq!(script.calls(), [1, 1, 1]);
}

#[tokio::test]
async fn a_second_delivery_after_the_answer_asks_nobody() {
    for status in ["COMPLETING", "COMPLETED", "EXPIRED"] {
        let script = Script {
            store: refused_by(status, TOKEN),
            ..script()
        };
        script.run(event()).await.unwrap();
        assert_eq!(script.calls(), [1, 1, 0], "{status}");
    }
}

#[tokio::test]
async fn a_token_that_nobody_waits_for_replaces_none() {
    let script = Script {
        heartbeat: mock!(aws_sdk_sfn::Client::send_task_heartbeat).then_error(|| {
            let meta = aws_sdk_sfn::error::ErrorMetadata::builder().code("TaskTimedOut");
            SendTaskHeartbeatError::TaskTimedOut(TaskTimedOut::builder().meta(meta.build()).build())
        }),
        ..script()
    };
    script.run(event()).await.unwrap();
    assert_eq!(script.calls(), [1, 0, 0]);
}

#[tokio::test]
async fn the_stored_task_is_read_before_the_question_and_only_that_one_is_replaced() {
    let found = || GetItemOutput::builder().set_item(Some(row("PENDING", "OLDER")));
    let find = mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.consistent_read() == Some(true))
        .then_output(move || found().build());
    let read = find.clone();
    let script = Script {
        heartbeat: mock!(aws_sdk_sfn::Client::send_task_heartbeat)
            .match_requests(move |_| read.num_calls() == 1)
            .then_output(|| SendTaskHeartbeatOutput::builder().build()),
        store: mock!(aws_sdk_dynamodb::Client::update_item)
            .match_requests(|request| {
                let values = request.expression_attribute_values();
                let seen = values.and_then(|values| values.get(":seen"));
                let condition = request.condition_expression();
                condition.is_some_and(|condition| condition.contains("attempt = :seen"))
                    && seen == Some(&AttributeValue::N("3".to_owned()))
            })
            .then_output(|| UpdateItemOutput::builder().build()),
        find,
        ..script()
    };
    script.run(event()).await.unwrap();
    assert_eq!(script.calls(), [1, 1, 1]);
}

#[tokio::test]
async fn a_token_that_was_alive_does_not_replace_one_that_was_stored_since() {
    let script = Script {
        store: refused_by("PENDING", "LATER"),
        ..script()
    };
    let error = script.run(event()).await.unwrap_err();
    assert_eq!(error.error_type, "TaskOvertaken");
    assert_eq!(script.calls(), [1, 1, 0]);
}
