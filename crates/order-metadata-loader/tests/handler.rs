//! The loader over scripted answers of Amazon `DynamoDB`.

use std::{collections::HashMap, path::Path};

use aws_sdk_dynamodb::{
    Client,
    operation::get_item::{GetItemError, GetItemOutput},
    types::{
        AttributeValue::{self, M, N, Null, S},
        error::ResourceNotFoundException,
    },
};
use aws_smithy_mocks::{Rule, mock, mock_client};
use order_metadata_loader::{Adapters, OrdersTable, handle};
use partner::PartnerId;
use serde_json::{Value, json};

const ORDER: &str = "a96cbeed-cbd7-4711-815c-0913113c6064";

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/order-metadata-loader");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

/// The row of the order, with the partner that it names.
fn row(partner: Option<AttributeValue>) -> HashMap<String, AttributeValue> {
    let customer = [("name".to_owned(), S("Jane Doe".to_owned()))].into();
    let mut row: HashMap<_, _> = [
        ("order_id", S(ORDER.to_owned())),
        ("quantity", N("2".to_owned())),
        ("customer", M(customer)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    row.extend(partner.map(|partner| ("partner_id".to_owned(), partner)));
    row
}

fn stands(row: Option<HashMap<String, AttributeValue>>) -> Rule {
    mock!(Client::get_item)
        .match_requests(|request| {
            request.table_name() == Some("orders")
                && request.consistent_read() == Some(true)
                && request.key() == Some(&[("order_id".to_owned(), S(ORDER.to_owned()))].into())
        })
        .then_output(move || GetItemOutput::builder().set_item(row.clone()).build())
}

/// The order, or the name of the failure.
async fn load(rule: &Rule, payload: Value) -> Result<Value, &'static str> {
    let client = mock_client!(aws_sdk_dynamodb, [rule]);
    let first_partner = PartnerId::parse("acme").expect("`acme` is a partner id");
    let adapters = Adapters::new(OrdersTable::new(client, "orders".to_owned()), first_partner);
    let loaded = handle(&adapters, payload).await;
    loaded
        .map(Value::Object)
        .map_err(|failure| failure.error_type())
}

#[tokio::test]
async fn an_order_is_answered_as_plain_json_with_its_partner() {
    let order = stands(Some(row(Some(S("globex".to_owned())))));
    let expected = json!({
        "order_id": ORDER,
        "quantity": 2,
        "customer": {"name": "Jane Doe"},
        "partner_id": "globex",
    });
    assert_eq!(load(&order, event("order.json")).await, Ok(expected));
}

#[tokio::test]
async fn an_order_without_a_partner_is_the_first_partners() {
    for partner in [None, Some(Null(true))] {
        let order = load(&stands(Some(row(partner))), event("order.json")).await;
        assert_eq!(order.unwrap()["partner_id"], "acme");
    }
}

#[tokio::test]
async fn an_order_of_no_possible_partner_is_a_failure() {
    for partner in [S("A".to_owned()), S(String::new()), N("7".to_owned())] {
        let order = stands(Some(row(Some(partner))));
        let loaded = load(&order, event("order.json")).await;
        assert_eq!(loaded, Err("InvalidOrder"));
    }
}

#[tokio::test]
async fn a_missing_order_is_a_failure_of_its_own() {
    let loaded = load(&stands(None), event("order.json")).await;
    assert_eq!(loaded, Err("OrderNotFound"));
}

#[tokio::test]
async fn an_order_that_the_workflow_could_not_hold_is_a_failure() {
    let mut large = row(None);
    large.insert("notes".to_owned(), S("x".repeat(100 * 1024)));
    let loaded = load(&stands(Some(large)), event("order.json")).await;
    assert_eq!(loaded, Err("OrderTooLarge"));
}

#[tokio::test]
async fn an_input_without_an_order_id_is_a_failure_and_no_read() {
    for payload in [
        event("order-id-missing.json"),
        json!(null),
        json!([]),
        json!({"order_id": 7}),
        json!({"order_id": ""}),
        json!({"order_id": "x".repeat(2049)}),
    ] {
        let order = stands(Some(row(None)));
        assert_eq!(load(&order, payload).await, Err("InvalidInput"));
        assert_eq!(order.num_calls(), 0);
    }
}

#[tokio::test]
async fn a_failed_read_is_a_failure_of_its_own() {
    let rule = mock!(Client::get_item).then_error(|| {
        GetItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let loaded = load(&rule, event("order.json")).await;
    assert_eq!(loaded, Err("OrderNotRead"));
}
