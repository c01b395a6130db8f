//! The recorder over scripted answers of Amazon `DynamoDB`.

use std::path::Path;

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::{UpdateItemError, UpdateItemOutput},
    types::{
        AttributeValue::S,
        error::{ConditionalCheckFailedException, ResourceNotFoundException},
    },
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use lambda_runtime::Diagnostic;
use serde_json::{Value, json};
use shipping_result_recorder::{Adapters, OrdersTable, handle};

const ORDER: &str = "a96cbeed-cbd7-4711-815c-0913113c6064";

fn event(case: &str) -> Value {
    let events =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/shipping-result-recorder");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

async fn record(rule: &Rule, state: Value) -> Result<Value, Diagnostic> {
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [rule]);
    let adapters = Adapters::new(OrdersTable::new(client, "orders".to_owned()));
    let shipment = handle(&adapters, state).await?;
    Ok(serde_json::to_value(shipment).expect("a shipment serialises"))
}

/// A table that takes the shipment of `shipped.json`.
fn takes() -> Rule {
    mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values();
            let values = values.expect("the write has values");
            request.table_name() == Some("orders")
                && request.key() == Some(&[("order_id".to_owned(), S(ORDER.to_owned()))].into())
                && request.condition_expression() == Some("attribute_exists(order_id)")
                && values[":tracking_number"] == S("1ZA1B2C3D4".to_owned())
                && values[":shipping_status"] == S("PROCESSING".to_owned())
        })
        .then_output(|| UpdateItemOutput::builder().build())
}

#[tokio::test]
async fn the_shipment_is_recorded_and_answered_and_so_is_a_repetition() {
    let rule = takes();
    for _ in 0..2 {
        let recorded = record(&rule, event("shipped.json")).await.unwrap();
        let expected = json!({
            "order_id": ORDER,
            "tracking_number": "1ZA1B2C3D4",
            "shipping_status": "PROCESSING",
        });
        assert_eq!(recorded, expected);
    }
    assert_eq!(rule.num_calls(), 2);
}

#[tokio::test]
async fn an_order_that_is_gone_is_not_made_anew() {
    let rule = mock!(Client::update_item).then_error(|| {
        UpdateItemError::ConditionalCheckFailedException(
            ConditionalCheckFailedException::builder().build(),
        )
    });
    let failure = record(&rule, event("shipped.json")).await.unwrap_err();
    assert_eq!(failure.error_type, "OrderNotFound");
}

#[tokio::test]
async fn a_failed_write_is_a_failure_of_its_own() {
    let rule = mock!(Client::update_item).then_error(|| {
        UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let failure = record(&rule, event("shipped.json")).await.unwrap_err();
    assert_eq!(failure.error_type, "OrderNotUpdated");
}

/// A table that takes one field and nothing else.
fn takes_alone(field: &'static str) -> Rule {
    mock!(Client::update_item)
        .match_requests(move |request| {
            let values = request.expression_attribute_values();
            request.update_expression() == Some(&format!("SET {field} = :{field}"))
                && values.is_some_and(|values| values.len() == 1)
        })
        .then_output(|| UpdateItemOutput::builder().build())
}

#[tokio::test]
async fn a_field_that_the_shipping_service_left_out_leaves_the_other() {
    for (left_out, other) in [
        ("tracking_number", "shipping_status"),
        ("shipping_status", "tracking_number"),
    ] {
        let mut state = event("shipped.json");
        let answer = state["shipping_service_output"].as_object_mut().unwrap();
        answer.remove(left_out);
        let recorded = record(&takes_alone(other), state).await.unwrap();
        assert!(recorded[other].is_string());
        assert_eq!(recorded.as_object().unwrap().len(), 2, "{recorded}");
    }
    let rule = takes_alone("shipping_status");
    let state = event("tracking-number-missing.json");
    record(&rule, state).await.unwrap();
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn a_field_that_is_unusable_is_named_once_the_other_is_recorded() {
    for value in [json!(true), json!(""), json!("x".repeat(1025)), json!({})] {
        let mut state = event("shipped.json");
        state["shipping_service_output"]["shipping_status"] = value;
        let rule = takes_alone("tracking_number");
        let failure = record(&rule, state).await.unwrap_err();
        assert_eq!(failure.error_type, "InvalidShippingResult");
        let expected =
            "The shipping service's shipping_status is not a text or a number of 1 to 1,024 bytes.";
        assert_eq!(failure.error_message, expected);
        assert_eq!(rule.num_calls(), 1);
    }
}

#[tokio::test]
async fn an_answer_without_a_field_to_keep_is_no_write() {
    for answer in [
        json!({}),
        json!(null),
        json!("text"),
        json!({"tracking_number": null}),
    ] {
        let mut state = event("shipped.json");
        state["shipping_service_output"] = answer;
        let rule = takes();
        let recorded = record(&rule, state).await.unwrap();
        assert_eq!(recorded, json!({"order_id": ORDER}));
        assert_eq!(rule.num_calls(), 0);
    }
}

#[tokio::test]
async fn an_answer_whose_one_field_is_unusable_is_a_failure_and_no_write() {
    let mut state = event("shipped.json");
    state["shipping_service_output"] = json!({"tracking_number": {"carrier": "1Z"}});
    let rule = takes();
    let failure = record(&rule, state).await.unwrap_err();
    assert_eq!(failure.error_type, "InvalidShippingResult");
    assert_eq!(rule.num_calls(), 0);
}

#[tokio::test]
async fn a_tracking_number_that_is_a_number_is_kept_as_text() {
    let mut state = event("shipped.json");
    state["shipping_service_output"]["tracking_number"] = json!(123_456);
    let rule = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values();
            values.is_some_and(|values| values[":tracking_number"] == S("123456".to_owned()))
        })
        .then_output(|| UpdateItemOutput::builder().build());
    let recorded = record(&rule, state).await.unwrap();
    assert_eq!(recorded["tracking_number"], "123456");
}

#[tokio::test]
async fn a_state_without_an_order_is_a_failure_and_no_write() {
    for order_id in [json!(null), json!(""), json!(7), json!("x".repeat(2049))] {
        let mut state = event("shipped.json");
        state["order_id"] = order_id;
        let rule = takes();
        let failure = record(&rule, state).await.unwrap_err();
        assert_eq!(failure.error_type, "InvalidInput");
        assert_eq!(rule.num_calls(), 0);
    }
    for state in [json!(null), json!("text"), json!([])] {
        let failure = record(&takes(), state).await.unwrap_err();
        assert_eq!(failure.error_type, "InvalidInput");
    }
}
