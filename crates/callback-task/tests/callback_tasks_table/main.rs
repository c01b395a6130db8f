//! The table of callback tasks over scripted answers of Amazon `DynamoDB`.
//!
//! What the conditions do to each other is proven with the handler, over a table that evaluates
//! them.

mod completion;
mod store;
mod store_over;

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput},
    types::{
        AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure,
        error::{ConditionalCheckFailedException, ResourceNotFoundException},
    },
};
use aws_smithy_mocks::{Rule, mock, mock_client};
use callback_task::{CallbackTaskKey, CallbackTasksTable, TaskToken};
use jiff::Timestamp;
use partner::PartnerId;

type Row = HashMap<String, AttributeValue>;

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn key() -> CallbackTaskKey {
    CallbackTaskKey::parse("7", "ORDER_SHIPPING_SERVICE").expect("the parts are in their limits")
}

fn token() -> TaskToken {
    TaskToken::parse("TOKEN").expect("the token is in its limits")
}

fn acme() -> PartnerId {
    PartnerId::parse("acme").expect("`acme` is a partner id")
}

fn now() -> Timestamp {
    "2026-03-01T09:30:00.5Z".parse().expect("it is a timestamp")
}

fn row(status: &str) -> Row {
    [
        ("partner_id", text("acme")),
        ("task_status", text(status)),
        ("task_token", text("TOKEN")),
        ("expires_at", AttributeValue::N("1772443800".to_owned())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn table(rule: &Rule) -> CallbackTasksTable {
    CallbackTasksTable::new(
        mock_client!(aws_sdk_dynamodb, [rule]),
        "callback-tasks".to_owned(),
    )
}

/// A write that is taken, and the row before it.
fn takes(
    matches: impl Fn(&UpdateItemInput) -> bool + Send + Sync + 'static,
    before: Option<Row>,
) -> Rule {
    mock!(Client::update_item)
        .match_requests(move |request| {
            request.table_name() == Some("callback-tasks")
                && request.key()
                    == Some(
                        &[
                            ("order_id".to_owned(), text("7")),
                            ("task_type".to_owned(), text("ORDER_SHIPPING_SERVICE")),
                        ]
                        .into(),
                    )
                && request.return_values() == Some(&ReturnValue::AllOld)
                && request.return_values_on_condition_check_failure()
                    == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
                && matches(request)
        })
        .then_output(move || {
            UpdateItemOutput::builder()
                .set_attributes(before.clone())
                .build()
        })
}

/// A write whose condition fails, and the row that it finds.
fn refuses(found: Option<Row>) -> Rule {
    mock!(Client::update_item).then_error(move || {
        UpdateItemError::ConditionalCheckFailedException(
            ConditionalCheckFailedException::builder()
                .set_item(found.clone())
                .build(),
        )
    })
}

fn fails() -> Rule {
    mock!(Client::update_item).then_error(|| {
        UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    })
}

fn value<'a>(request: &'a UpdateItemInput, name: &str) -> &'a AttributeValue {
    &request
        .expression_attribute_values()
        .expect("the write has values")[name]
}
