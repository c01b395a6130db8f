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

/// Without the condition it is an update, of a row whatever its token.
fn is_for_its_token_alone(request: &UpdateItemInput) -> bool {
    let condition = "attribute_not_exists(#hash) OR #hash = :hash";
    request.condition_expression() == Some(condition)
}

fn disabled_row() -> UpdateItemOutput {
    UpdateItemOutput::builder()
        .set_attributes(Some(row("acme", "DISABLED")))
        .build()
}

#[tokio::test]
async fn a_registration_keeps_the_status_and_hash_of_an_existing_row() {
    let rule = mock!(Client::update_item)
        .match_requests(|request| registers_acme(request) && is_for_its_token_alone(request))
        .then_output(disabled_row);
    let registered = table(&rule).register(&new_partner()).await.unwrap();
    assert_eq!(registered.status, Status::Disabled);
}

#[tokio::test]
async fn an_update_keeps_them_too_and_asks_for_no_token() {
    let rule = mock!(Client::update_item)
        .match_requests(|request| {
            registers_acme(request) && request.condition_expression().is_none()
        })
        .then_output(disabled_row);
    let updated = table(&rule).change_contact(&new_partner()).await.unwrap();
    assert_eq!(updated.status, Status::Disabled);
}

#[tokio::test]
async fn a_row_of_another_token_is_not_registered() {
    let rule = mock!(Client::update_item).then_error(refused);
    let error = table(&rule).register(&new_partner()).await.unwrap_err();
    assert!(matches!(error, PartnersTableError::OtherToken), "{error}");
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

fn refused() -> UpdateItemError {
    UpdateItemError::ConditionalCheckFailedException(
        ConditionalCheckFailedException::builder().build(),
    )
}

fn no_table() -> UpdateItemError {
    UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
}

fn disables_acme(request: &UpdateItemInput) -> bool {
    let values = request
        .expression_attribute_values()
        .expect("the expression has values");
    request.key() == Some(&[("partner_id".to_owned(), text("acme"))].into())
        && request.update_expression() == Some("SET #status = :disabled, #removed = :true")
        && values[":disabled"] == text("DISABLED")
        && values[":active"] == text("ACTIVE")
}

#[tokio::test]
async fn an_active_partner_is_removed_and_marked() {
    let rule = mock!(Client::update_item)
        .match_requests(|request| {
            disables_acme(request) && request.condition_expression() == Some("#status = :active")
        })
        .then_output(|| UpdateItemOutput::builder().build());
    table(&rule).remove(&acme()).await.unwrap();
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn the_owner_of_a_token_alone_is_removed() {
    let hash = TokenHash::of("token");
    let value = text(hash.as_str());
    let rule = mock!(Client::update_item)
        .match_requests(move |request| {
            let values = request.expression_attribute_values().unwrap();
            disables_acme(request)
                && request.condition_expression() == Some("#status = :active AND #hash = :hash")
                && values[":hash"] == value
        })
        .then_output(|| UpdateItemOutput::builder().build());
    table(&rule).remove_owner(&acme(), &hash).await.unwrap();
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn a_partner_that_is_disabled_or_has_no_row_is_removed_already() {
    let rule = mock!(Client::update_item).then_error(refused);
    table(&rule).remove(&acme()).await.unwrap();
}

#[tokio::test]
async fn a_failed_removal_keeps_its_cause() {
    let rule = mock!(Client::update_item).then_error(no_table);
    let error = table(&rule).remove(&acme()).await.unwrap_err();
    assert!(matches!(error, PartnersTableError::Disable(_)), "{error}");
}

#[tokio::test]
async fn a_removed_partner_alone_is_readmitted() {
    let rule = mock!(Client::update_item)
        .match_requests(|request| {
            request.update_expression() == Some("SET #status = :active REMOVE #removed")
                && request.condition_expression() == Some("attribute_exists(#removed)")
        })
        .then_output(|| UpdateItemOutput::builder().build());
    assert!(table(&rule).readmit(&acme()).await.unwrap());
    let rule = mock!(Client::update_item).then_error(refused);
    assert!(!table(&rule).readmit(&acme()).await.unwrap());
    let rule = mock!(Client::update_item).then_error(no_table);
    let error = table(&rule).readmit(&acme()).await.unwrap_err();
    assert!(matches!(error, PartnersTableError::Readmit(_)), "{error}");
}
