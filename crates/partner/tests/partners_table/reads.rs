use aws_sdk_dynamodb::{
    Client,
    operation::{
        get_item::{GetItemError, GetItemInput, GetItemOutput},
        query::{QueryError, QueryInput, QueryOutput},
    },
    types::error::ResourceNotFoundException,
};
use aws_smithy_mocks::mock;
use partner::{PartnersTableError, Status, TokenHash};

use crate::{Row, acme, row, table, text};

fn asks_for_acme(request: &GetItemInput) -> bool {
    request.table_name() == Some("partners")
        && request.consistent_read() == Some(true)
        && request.key() == Some(&[("partner_id".to_owned(), text("acme"))].into())
}

#[tokio::test]
async fn a_partner_is_found_by_its_id() {
    let rule = mock!(Client::get_item)
        .match_requests(asks_for_acme)
        .then_output(|| {
            GetItemOutput::builder()
                .set_item(Some(row("acme", "ACTIVE")))
                .build()
        });
    let found = table(&rule).find(&acme()).await.unwrap().unwrap();
    assert_eq!(found.id, acme());
    assert_eq!(found.status, Status::Active);
}

#[tokio::test]
async fn an_unknown_partner_is_none() {
    let rule = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    assert_eq!(table(&rule).find(&acme()).await.unwrap(), None);
}

#[tokio::test]
async fn a_row_that_is_no_partner_is_an_error() {
    let rule = mock!(Client::get_item).then_output(|| {
        GetItemOutput::builder()
            .set_item(Some(row("acme", "SUSPENDED")))
            .build()
    });
    let error = table(&rule).find(&acme()).await.unwrap_err();
    let PartnersTableError::Malformed(row) = error else {
        panic!("{error}");
    };
    assert_eq!(row.attribute, "status");
}

#[tokio::test]
async fn a_failed_read_keeps_its_cause() {
    let rule = mock!(Client::get_item).then_error(|| {
        GetItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let error = table(&rule).find(&acme()).await.unwrap_err();
    assert!(matches!(error, PartnersTableError::Find(_)), "{error}");
}

fn asks_the_index(request: &QueryInput) -> bool {
    request.table_name() == Some("partners")
        && request.index_name() == Some("by-api-token")
        && request.key_condition_expression() == Some("#hash = :hash")
        && request.expression_attribute_names()
            == Some(&[("#hash".to_owned(), "api_token_sha256".to_owned())].into())
        && request.expression_attribute_values()
            == Some(&[(":hash".to_owned(), text(TokenHash::of("token").as_str()))].into())
}

async fn owner_among(rows: Vec<Row>) -> Result<Option<(String, Status)>, PartnersTableError> {
    let rule = mock!(Client::query)
        .match_requests(asks_the_index)
        .then_output(move || QueryOutput::builder().set_items(Some(rows.clone())).build());
    let owner = table(&rule).find_by_token(&TokenHash::of("token")).await?;
    Ok(owner.map(|owner| (owner.id.to_string(), owner.status)))
}

#[tokio::test]
async fn a_token_belongs_to_the_active_row_with_its_hash() {
    assert_eq!(owner_among(vec![]).await.unwrap(), None);
    let active = || row("globex", "ACTIVE");
    let disabled = || row("acme", "DISABLED");
    for rows in [
        vec![active()],
        vec![active(), disabled()],
        vec![disabled(), active(), disabled()],
    ] {
        let owner = owner_among(rows).await.unwrap();
        assert_eq!(owner, Some(("globex".to_owned(), Status::Active)));
    }
}

#[tokio::test]
async fn a_token_without_an_active_row_belongs_to_a_disabled_one() {
    let owner = owner_among(vec![row("acme", "DISABLED")]).await.unwrap();
    assert_eq!(owner, Some(("acme".to_owned(), Status::Disabled)));
    let rows = vec![row("acme", "DISABLED"), row("globex", "DISABLED")];
    let (_, status) = owner_among(rows).await.unwrap().unwrap();
    assert_eq!(status, Status::Disabled);
}

#[tokio::test]
async fn two_active_rows_with_one_token_are_an_error() {
    let rows = vec![row("acme", "ACTIVE"), row("globex", "ACTIVE")];
    let error = owner_among(rows).await.unwrap_err();
    assert!(
        matches!(error, PartnersTableError::AmbiguousToken),
        "{error}"
    );
}

#[tokio::test]
async fn a_second_page_of_rows_with_one_token_is_an_error() {
    let rule = mock!(Client::query).then_output(|| {
        QueryOutput::builder()
            .items(row("acme", "DISABLED"))
            .last_evaluated_key("partner_id", text("acme"))
            .build()
    });
    let error = table(&rule)
        .find_by_token(&TokenHash::of("token"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, PartnersTableError::AmbiguousToken),
        "{error}"
    );
}

#[tokio::test]
async fn a_failed_look_up_keeps_its_cause() {
    let rule = mock!(Client::query).then_error(|| {
        QueryError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let error = table(&rule)
        .find_by_token(&TokenHash::of("token"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, PartnersTableError::FindByToken(_)),
        "{error}"
    );
}
