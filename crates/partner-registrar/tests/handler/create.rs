use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_secretsmanager::{
    operation::get_secret_value::GetSecretValueError, types::error::ResourceNotFoundException,
};
use aws_smithy_mocks::mock;
use partner::TokenHash;
use serde_json::{Value, json};

use crate::{
    TOKEN, answer_to, event, failing_table, fake_table::FakeTable, row, secret, table_with, text,
    token,
};

/// The look for an earlier removal goes with it.
fn registers_acme(request: &UpdateItemInput) -> bool {
    let values = request
        .expression_attribute_values()
        .expect("the expression has values");
    if request.condition_expression() == Some("attribute_exists(#removed)") {
        return true;
    }
    request.key() == Some(&[("partner_id".to_owned(), text("acme"))].into())
        && values[":name"] == text("acme")
        && values[":email"] == text("orders@acme.example")
        && values[":hash"] == text(TokenHash::of(TOKEN).as_str())
}

#[tokio::test]
async fn a_partner_is_registered_with_the_hash_of_the_secrets_value() {
    let table = mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(registers_acme)
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(row("acme", "ACTIVE")))
                .build()
        });
    let event = event("create.json");
    let answer = answer_to(event.clone(), &token(), &table).await;
    assert_eq!(
        answer,
        json!({
            "Status": "SUCCESS",
            "PhysicalResourceId": "acme",
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": "FirstPartner",
        })
    );
}

#[tokio::test]
async fn a_partner_that_was_disabled_before_is_a_success_and_stays_disabled() {
    let table = FakeTable::default();
    answer_to(event("create.json"), &token(), &table.rule()).await;
    table.set("acme", "status", "DISABLED");
    let answer = answer_to(event("create.json"), &token(), &table.rule()).await;
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(table.row("acme")["status"], text("DISABLED"));
}

/// A failed answer, without the secret, and a physical id that stands for no partner's row.
fn assert_failed_before_the_write(answer: &Value, reason: &str) {
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(answer["Reason"], reason);
    assert_eq!(answer["PhysicalResourceId"], "unregistered/FirstPartner");
}

#[tokio::test]
async fn a_malformed_property_is_the_reason_of_a_failure() {
    let mut event = event("create.json");
    event["ResourceProperties"]["Email"] = json!("nobody");
    let table = table_with("acme", "ACTIVE");
    let answer = answer_to(event, &token(), &table).await;
    assert_failed_before_the_write(
        &answer,
        "The properties of the resource describe no partner: \
         the property Email must be an e-mail address",
    );
    assert_eq!(table.num_calls(), 0);
}

#[tokio::test]
async fn a_secret_that_is_no_token_is_the_reason_of_a_failure() {
    for value in [None, Some(""), Some("s3same open"), Some("s3same\n")] {
        let table = table_with("acme", "ACTIVE");
        let answer = answer_to(event("create.json"), &secret(value), &table).await;
        assert_failed_before_the_write(
            &answer,
            "The partner's API token could not be had: the secret's value must be an API token: \
             1 to 1,024 visible ASCII characters",
        );
        assert_eq!(table.num_calls(), 0);
    }
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_is_the_reason_of_a_failure() {
    let secret = mock!(aws_sdk_secretsmanager::Client::get_secret_value).then_error(|| {
        GetSecretValueError::ResourceNotFoundException(
            ResourceNotFoundException::builder()
                .message("Secrets Manager can't find the specified secret.")
                .build(),
        )
    });
    let answer = answer_to(event("create.json"), &secret, &table_with("acme", "ACTIVE")).await;
    assert_failed_before_the_write(
        &answer,
        "The partner's API token could not be had: the secret could not be read: service error: \
         ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    );
}

#[tokio::test]
async fn a_write_that_may_have_arrived_takes_the_partners_id_for_the_rollback() {
    let answer = answer_to(event("create.json"), &token(), &failing_table()).await;
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(answer["PhysicalResourceId"], "acme");
    let reason = answer["Reason"].as_str().unwrap();
    assert!(reason.starts_with("The partner `acme` could not be written to the partners table"));
    assert!(reason.contains("Requested resource not found"), "{reason}");
    assert!(!answer.to_string().contains(TOKEN));
}
