//! The recorder over scripted answers of Amazon `DynamoDB`.

use std::path::Path;

use account_decision_recorder::{AccountsTable, Adapters, handle};
use aws_sdk_dynamodb::{
    Client,
    operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput},
    types::{
        AttributeValue, ReturnValuesOnConditionCheckFailure,
        error::{ConditionalCheckFailedException, ResourceNotFoundException},
    },
};
use aws_smithy_mocks::{Rule, mock, mock_client};
use lambda_runtime::Diagnostic;
use serde_json::{Value, json};

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR"));
    let events = events.join("../../events/account-decision-recorder");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

async fn record(event: Value, rule: &Rule) -> Result<(), Diagnostic> {
    let client = mock_client!(aws_sdk_dynamodb, [rule]);
    let adapters = Adapters::new(AccountsTable::new(client, "accounts".to_owned()));
    handle(&adapters, event).await.map_err(Into::into)
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn holds(request: &UpdateItemInput, values: &[(&str, &str)]) -> bool {
    let expected = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), text(value)))
        .collect();
    request.expression_attribute_values() == Some(&expected)
}

fn writes(request: &UpdateItemInput) -> bool {
    request.table_name() == Some("accounts")
        && request.key() == Some(&[("account_id".to_owned(), text("A-1"))].into())
        && request.condition_expression() == Some("#status = :opening AND partner_id = :partner_id")
        && request.return_values_on_condition_check_failure()
            == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
}

/// An update that is refused, since the condition does not hold for this row.
fn refused(row: Option<[(&'static str, &'static str); 2]>) -> Rule {
    mock!(Client::update_item).then_error(move || {
        let row = row.map(|row| {
            row.map(|(name, value)| (name.to_owned(), text(value)))
                .into()
        });
        UpdateItemError::ConditionalCheckFailedException(
            ConditionalCheckFailedException::builder()
                .set_item(row)
                .build(),
        )
    })
}

#[tokio::test]
async fn an_approval_sets_the_status_of_an_account_that_waits() {
    let rule = mock!(Client::update_item)
        .match_requests(|request| {
            writes(request)
                && request.update_expression()
                    == Some("SET #status = :status, decided_at = :decided_at")
                && holds(
                    request,
                    &[
                        (":status", "APPROVED"),
                        (":opening", "OPENING"),
                        (":partner_id", "acme"),
                        (":decided_at", "2026-03-01T09:30:04Z"),
                    ],
                )
        })
        .then_output(|| UpdateItemOutput::builder().build());
    record(event("approved.json"), &rule).await.unwrap();
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn a_rejection_keeps_its_reason() {
    let rule = mock!(Client::update_item)
        .match_requests(|request| {
            writes(request)
                && request.update_expression()
                    == Some("SET #status = :status, decided_at = :decided_at, reason = :reason")
                && holds(
                    request,
                    &[
                        (":status", "REJECTED"),
                        (":opening", "OPENING"),
                        (":partner_id", "acme"),
                        (":decided_at", "2026-03-01T09:30:04Z"),
                        (":reason", "REVIEW_TIMED_OUT"),
                    ],
                )
        })
        .then_output(|| UpdateItemOutput::builder().build());
    record(event("rejected.json"), &rule).await.unwrap();
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn a_second_delivery_or_a_lost_answer_is_recorded_already() {
    let rule = refused(Some([("partner_id", "acme"), ("status", "APPROVED")]));
    record(event("approved.json"), &rule).await.unwrap();
}

#[tokio::test]
async fn another_decision_about_a_decided_account_is_an_error() {
    let rule = refused(Some([("partner_id", "acme"), ("status", "APPROVED")]));
    let error = record(event("rejected.json"), &rule).await.unwrap_err();
    assert_eq!(error.error_type, "ConflictingDecision");
}

#[tokio::test]
async fn an_account_that_is_not_there_or_another_partners_is_not_found() {
    for row in [
        None,
        Some([("partner_id", "globex"), ("status", "OPENING")]),
        Some([("partner_id", "globex"), ("status", "APPROVED")]),
    ] {
        let error = record(event("approved.json"), &refused(row)).await;
        assert_eq!(error.unwrap_err().error_type, "AccountNotFound");
    }
}

#[tokio::test]
async fn a_failed_call_is_no_answer_about_the_account() {
    let rule = mock!(Client::update_item).then_error(|| {
        UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let error = record(event("approved.json"), &rule).await.unwrap_err();
    assert_eq!(error.error_type, "AccountsTableFailed");
}

#[tokio::test]
async fn another_event_is_refused_without_a_call_and_not_repeated() {
    let mut without_account = event("approved.json");
    without_account["detail"]["account_id"] = json!("SECRET 1");
    let mut another = event("approved.json");
    another["detail-type"] = json!("AccountSECRET");
    for event in [without_account, another, json!("SECRET"), Value::Null] {
        let rule = refused(None);
        let error = record(event, &rule).await.unwrap_err();
        assert_eq!(error.error_type, "InvalidEvent");
        assert!(!error.error_message.contains("SECRET"));
        assert_eq!(rule.num_calls(), 0);
    }
}
