//! The dispatcher over scripted answers of Amazon `DynamoDB` and Amazon SNS.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex},
};

use aws_sdk_dynamodb::{
    operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput},
    types::{
        AttributeValue::{N, S},
        error::{ConditionalCheckFailedException, ResourceNotFoundException},
    },
};
use aws_sdk_sns::{
    operation::publish::{PublishError, PublishOutput},
    types::error::NotFoundException,
};
use aws_smithy_mocks::{Rule, mock, mock_client};
use callback_task::CallbackTasksTable;
use jiff::{SignedDuration, Timestamp};
use partner::PartnerId;
use serde_json::{Value, json};
use sns_callback_dispatcher::{Adapters, Dispatch, Topic, handle};

const TOKEN: &str = "AQCkAAAAKgAAAAMAAAAAAAAAAWRjs1fSdO5Xp0nqH8Yr2m6vZk4=";
const TOPIC: &str = "arn:aws:sns:eu-central-1:123456789012:shipping";

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/sns-callback-dispatcher");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

/// Whether it went well, or the name of the failure.
async fn dispatch(table: &Rule, topic: &Rule, event: Value) -> Result<(), &'static str> {
    dispatch_with(None, table, topic, event).await
}

async fn dispatch_with(
    default_partner: Option<&str>,
    table: &Rule,
    topic: &Rule,
    event: Value,
) -> Result<(), &'static str> {
    let dynamodb = mock_client!(aws_sdk_dynamodb, [table]);
    let sns = mock_client!(aws_sdk_sns, [topic]);
    let adapters = Adapters::new(
        CallbackTasksTable::new(dynamodb, "callback-tasks".to_owned()),
        Topic::new(sns, TOPIC.to_owned()),
        Dispatch {
            task_type: "ORDER_SHIPPING_SERVICE".to_owned(),
            payload_event_key: "process_order_output".to_owned(),
            default_partner: default_partner.map(|id| PartnerId::parse(id).expect("an id")),
            timeout: SignedDuration::from_secs(600),
        },
    );
    let dispatched = handle(&adapters, event).await;
    dispatched.map_err(|failure| failure.error_type())
}

/// A table that takes the task.
fn stores(matches: impl Fn(&UpdateItemInput) -> bool + Send + Sync + 'static) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(matches)
        .then_output(|| UpdateItemOutput::builder().build())
}

/// A table that has the very token already.
fn has(status: &'static str) -> Rule {
    let row: HashMap<_, _> = [
        ("partner_id", S("acme".to_owned())),
        ("task_status", S(status.to_owned())),
        ("expires_at", N("1772443800".to_owned())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    mock!(aws_sdk_dynamodb::Client::update_item).then_error(move || {
        let refused = ConditionalCheckFailedException::builder().set_item(Some(row.clone()));
        UpdateItemError::ConditionalCheckFailedException(refused.build())
    })
}

fn publishes() -> Rule {
    mock!(aws_sdk_sns::Client::publish).then_output(|| PublishOutput::builder().build())
}

#[tokio::test]
async fn the_payload_is_published_without_the_token() {
    let messages = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&messages);
    let topic = mock!(aws_sdk_sns::Client::publish)
        .match_requests(move |request| {
            let message = request.message().expect("a message is published");
            record.lock().unwrap().push(message.to_owned());
            request.topic_arn() == Some(TOPIC) && !format!("{request:?}").contains(TOKEN)
        })
        .then_output(|| PublishOutput::builder().build());
    let event = event("shipping.json");
    let dispatched = dispatch(&stores(|_| true), &topic, event.clone()).await;
    assert_eq!(dispatched, Ok(()));
    let message: Value = serde_json::from_str(&messages.lock().unwrap()[0]).unwrap();
    let expected = json!({
        "order_id": "a96cbeed-cbd7-4711-815c-0913113c6064",
        "task_type": "ORDER_SHIPPING_SERVICE",
        "payload": event["input"]["process_order_output"],
    });
    assert_eq!(message, expected);
}

#[tokio::test]
async fn the_task_is_stored_with_token_owner_and_expiry() {
    let table = stores(|request| {
        let values = request.expression_attribute_values().unwrap();
        let expires_at: i64 = values[":expires_at"].as_n().unwrap().parse().unwrap();
        let remaining = expires_at - Timestamp::now().as_second();
        let key = request.key().unwrap();
        request.table_name() == Some("callback-tasks")
            && key["order_id"] == S("a96cbeed-cbd7-4711-815c-0913113c6064".to_owned())
            && key["task_type"] == S("ORDER_SHIPPING_SERVICE".to_owned())
            && values[":token"] == S(TOKEN.to_owned())
            && values[":partner"] == S("acme".to_owned())
            && (595..=601).contains(&remaining)
    });
    let dispatched = dispatch(&table, &publishes(), event("shipping.json")).await;
    assert_eq!(dispatched, Ok(()));
}

#[tokio::test]
async fn the_order_id_of_the_input_names_a_payload_that_has_none() {
    let mut event = event("shipping.json");
    let payload = event["input"]["process_order_output"].as_object_mut();
    payload.unwrap().remove("order_id");
    event["input"]["order_id"] = json!("of the input");
    let table =
        stores(|request| request.key().unwrap()["order_id"] == S("of the input".to_owned()));
    assert_eq!(dispatch(&table, &publishes(), event).await, Ok(()));
}

#[tokio::test]
async fn whom_neither_payload_nor_input_names_is_the_default_partner() {
    for (of_the_payload, of_the_input, owner) in [
        (json!("acme"), json!("globex"), "acme"),
        (json!(null), json!("globex"), "globex"),
        (json!(null), json!(null), "initech"),
    ] {
        let mut event = event("shipping.json");
        event["input"]["process_order_output"]["partner_id"] = of_the_payload;
        event["input"]["partner_id"] = of_the_input;
        let table = stores(move |request| {
            let values = request.expression_attribute_values().unwrap();
            values[":partner"] == S(owner.to_owned())
        });
        let dispatched = dispatch_with(Some("initech"), &table, &publishes(), event).await;
        assert_eq!(dispatched, Ok(()), "{owner}");
    }
}

#[tokio::test]
async fn a_payload_may_be_any_value() {
    for payload in [json!("an order"), json!([1, 2]), json!(7)] {
        let mut event = event("shipping.json");
        event["input"]["process_order_output"] = payload;
        let (table, topic) = (stores(|_| true), publishes());
        let dispatched = dispatch_with(Some("initech"), &table, &topic, event).await;
        assert_eq!(dispatched, Ok(()));
        assert_eq!(topic.num_calls(), 1);
    }
}

#[tokio::test]
async fn nothing_is_published_of_a_task_that_is_not_stored() {
    let table = mock!(aws_sdk_dynamodb::Client::update_item).then_error(|| {
        UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let topic = publishes();
    let dispatched = dispatch(&table, &topic, event("shipping.json")).await;
    assert_eq!(dispatched, Err("Dispatcher.TaskNotStored"));
    assert_eq!(topic.num_calls(), 0);
}

#[tokio::test]
async fn a_payload_that_is_not_published_is_a_failure_of_its_own() {
    let topic = mock!(aws_sdk_sns::Client::publish)
        .then_error(|| PublishError::NotFoundException(NotFoundException::builder().build()));
    let dispatched = dispatch(&stores(|_| true), &topic, event("shipping.json")).await;
    assert_eq!(dispatched, Err("Dispatcher.PayloadNotPublished"));
}

#[tokio::test]
async fn the_same_token_again_is_published_again_until_the_task_is_answered() {
    for (status, publications) in [
        ("PENDING", 1),
        ("COMPLETING", 0),
        ("COMPLETED", 0),
        ("EXPIRED", 0),
    ] {
        let topic = publishes();
        let dispatched = dispatch(&has(status), &topic, event("shipping.json")).await;
        assert_eq!(dispatched, Ok(()));
        assert_eq!(topic.num_calls(), publications, "{status}");
    }
}

#[tokio::test]
async fn an_event_that_makes_no_task_is_a_failure_and_no_call() {
    let with = |pointer: &str, value: Value| {
        let mut event = event("shipping.json");
        *event.pointer_mut(pointer).expect("the event has it") = value;
        event
    };
    for event in [
        event("payload-missing.json"),
        json!(null),
        json!({"input": {}}),
        with("/token", json!("")),
        with("/token", json!("x".repeat(2049))),
        with("/token", json!(7)),
        with("/input", json!([])),
        with("/input/process_order_output", json!(null)),
        with("/input/process_order_output/order_id", json!("")),
        with("/input/process_order_output/partner_id", json!(null)),
        with("/input/process_order_output/partner_id", json!("ACME")),
    ] {
        let (table, topic) = (stores(|_| true), publishes());
        let dispatched = dispatch(&table, &topic, event.clone()).await;
        assert_eq!(dispatched, Err("Dispatcher.InvalidInput"), "{event}");
        assert_eq!(table.num_calls() + topic.num_calls(), 0);
    }
}
