use aws_sdk_dynamodb::{
    Client,
    operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput},
    types::{
        ReturnValue,
        error::{ConditionalCheckFailedException, ResourceNotFoundException},
    },
};
use aws_smithy_mocks::mock;
use partner::{NewPartner, PartnersTableError, Status, TokenHash};

use crate::{acme, row, table, text};

fn new_partner() -> NewPartner {
    NewPartner {
        id: acme(),
        name: "Acme".to_owned(),
        email: "orders@acme.example".to_owned(),
        token_hash: TokenHash::of("token"),
    }
}

/// The write of a registration: name and email always, status and hash only where there are none.
fn registers_acme(request: &UpdateItemInput) -> bool {
    let values = request
        .expression_attribute_values()
        .expect("the expression has values");
    request.table_name() == Some("partners")
        && request.key() == Some(&[("partner_id".to_owned(), text("acme"))].into())
        && request.return_values() == Some(&ReturnValue::AllNew)
        && request.condition_expression().is_none()
        && request.update_expression()
            == Some(
                "SET #name = :name, #email = :email, \
                 #status = if_not_exists(#status, :active), #hash = if_not_exists(#hash, :hash)",
            )
        && request.expression_attribute_names()
            == Some(
                &[
                    ("#name", "name"),
                    ("#email", "email"),
                    ("#status", "status"),
                    ("#hash", "api_token_sha256"),
                ]
                .map(|(name, attribute)| (name.to_owned(), attribute.to_owned()))
                .into(),
            )
        && values[":name"] == text("Acme")
        && values[":email"] == text("orders@acme.example")
        && values[":active"] == text("ACTIVE")
        && values[":hash"] == text(TokenHash::of("token").as_str())
}

#[tokio::test]
async fn a_registration_keeps_the_status_and_hash_of_an_existing_row() {
    let rule = mock!(Client::update_item)
        .match_requests(registers_acme)
        .then_output(|| {
            UpdateItemOutput::builder()
                .set_attributes(Some(row("acme", "DISABLED")))
                .build()
        });
    let registered = table(&rule).register(&new_partner()).await.unwrap();
    assert_eq!(registered.status, Status::Disabled);
}

#[tokio::test]
async fn a_registration_without_an_answered_row_is_an_error() {
    let rule = mock!(Client::update_item).then_output(|| UpdateItemOutput::builder().build());
    let error = table(&rule).register(&new_partner()).await.unwrap_err();
    assert!(matches!(error, PartnersTableError::Malformed(_)), "{error}");
}

#[tokio::test]
async fn a_failed_registration_keeps_its_cause() {
    let rule = mock!(Client::update_item).then_error(|| {
        UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let error = table(&rule).register(&new_partner()).await.unwrap_err();
    assert!(matches!(error, PartnersTableError::Register(_)), "{error}");
}

fn disables_acme(request: &UpdateItemInput) -> bool {
    request.key() == Some(&[("partner_id".to_owned(), text("acme"))].into())
        && request.update_expression() == Some("SET #status = :disabled")
        && request.condition_expression() == Some("attribute_exists(#id)")
        && request.expression_attribute_values()
            == Some(&[(":disabled".to_owned(), text("DISABLED"))].into())
}

#[tokio::test]
async fn a_partner_is_disabled_where_its_row_exists() {
    let rule = mock!(Client::update_item)
        .match_requests(disables_acme)
        .then_output(|| UpdateItemOutput::builder().build());
    table(&rule).disable(&acme()).await.unwrap();
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn a_partner_without_a_row_is_disabled_already() {
    let rule = mock!(Client::update_item).then_error(|| {
        UpdateItemError::ConditionalCheckFailedException(
            ConditionalCheckFailedException::builder().build(),
        )
    });
    table(&rule).disable(&acme()).await.unwrap();
}

#[tokio::test]
async fn a_failed_disabling_keeps_its_cause() {
    let rule = mock!(Client::update_item).then_error(|| {
        UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let error = table(&rule).disable(&acme()).await.unwrap_err();
    assert!(matches!(error, PartnersTableError::Disable(_)), "{error}");
}
