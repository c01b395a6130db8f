//! The authorizer over scripted answers of Amazon `DynamoDB`.

use std::path::Path;

use aws_sdk_dynamodb::{
    Client,
    operation::query::{QueryError, QueryOutput},
    types::{AttributeValue, error::ResourceNotFoundException},
};
use aws_smithy_mocks::{Rule, mock, mock_client};
use lambda_runtime::Diagnostic;
use partner::{PartnersTable, TokenHash};
use partner_authorizer::{Adapters, handle};
use serde_json::{Value, json};

const TOKEN: &str = "7Qm2vXc9LkZr4TnWb8YsJd3HfGp6EaUo1NiMxKtR";

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/partner-authorizer");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

async fn answer(event: Value, rule: &Rule) -> Result<Value, Diagnostic> {
    let client = mock_client!(aws_sdk_dynamodb, [rule]);
    let adapters = Adapters::new(PartnersTable::new(client, "partners".to_owned()));
    match handle(&adapters, event).await {
        Ok(policy) => Ok(serde_json::to_value(policy).expect("a policy serialises")),
        Err(error) => Err(error.into()),
    }
}

fn partner_with_status(status: &'static str) -> Rule {
    mock!(Client::query)
        .match_requests(|request| {
            let hash = TokenHash::of(TOKEN).as_str().to_owned();
            request.expression_attribute_values()
                == Some(&[(":hash".to_owned(), AttributeValue::S(hash))].into())
        })
        .then_output(move || {
            let row = [("partner_id", "acme"), ("status", status)]
                .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
            QueryOutput::builder().items(row.into()).build()
        })
}

fn nobody() -> Rule {
    mock!(Client::query).then_output(|| QueryOutput::builder().build())
}

fn policy(effect: &str) -> Value {
    json!({
        "principalId": "acme",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{
                "Action": "execute-api:Invoke",
                "Effect": effect,
                "Resource": "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/v1/*",
            }],
        },
        "context": {"partner_id": "acme"},
    })
}

#[tokio::test]
async fn an_active_partner_may_call_the_whole_stage() {
    let policy_of_acme = answer(event("bearer-token.json"), &partner_with_status("ACTIVE")).await;
    assert_eq!(policy_of_acme.unwrap(), policy("Allow"));
}

#[tokio::test]
async fn a_disabled_partner_is_denied_the_whole_stage() {
    let policy_of_acme = answer(event("bearer-token.json"), &partner_with_status("DISABLED")).await;
    assert_eq!(policy_of_acme.unwrap(), policy("Deny"));
}

#[tokio::test]
async fn an_unknown_token_is_unauthorized() {
    let error = answer(event("bearer-token.json"), &nobody())
        .await
        .unwrap_err();
    assert_eq!(error.error_message, "Unauthorized");
}

#[tokio::test]
async fn a_malformed_or_absent_token_is_unauthorized_without_a_look_up() {
    let malformed = event("malformed-token.json");
    let mut absent = malformed.clone();
    absent
        .as_object_mut()
        .unwrap()
        .remove("authorizationToken")
        .unwrap();
    for event in [malformed, absent] {
        let rule = nobody();
        let error = answer(event, &rule).await.unwrap_err();
        assert_eq!(error.error_message, "Unauthorized");
        assert_eq!(rule.num_calls(), 0);
    }
}

#[tokio::test]
async fn a_table_that_fails_is_no_answer_about_the_token() {
    let rule = mock!(Client::query).then_error(|| {
        QueryError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let error = answer(event("bearer-token.json"), &rule).await.unwrap_err();
    assert_eq!(error.error_type, "PartnersTableFailed");
    assert_eq!(
        error.error_message,
        "The owner of an API token could not be looked up"
    );
}

#[tokio::test]
async fn an_event_of_another_kind_is_a_failure_that_repeats_no_token() {
    for event in [
        json!({"type": "REQUEST", "authorizationToken": TOKEN}),
        json!({"type": "TOKEN", "authorizationToken": [TOKEN], "methodArn": "arn:x"}),
        json!({"type": "TOKEN", "authorizationToken": TOKEN}),
        json!(TOKEN),
        Value::Null,
    ] {
        let error = answer(event, &nobody()).await.unwrap_err();
        assert_eq!(error.error_type, "InvalidEvent");
        assert!(!error.error_message.contains(TOKEN));
    }
}

#[tokio::test]
async fn a_stage_that_cannot_be_told_is_a_failure() {
    let mut event = event("bearer-token.json");
    event["methodArn"] = json!("*");
    let error = answer(event, &partner_with_status("ACTIVE"))
        .await
        .unwrap_err();
    assert_eq!(error.error_type, "InvalidEvent");
}
