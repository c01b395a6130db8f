//! Writers of one row, with scripted clients. Tokio's clock is paused: pauses pass at once.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use aws_sdk_dynamodb::{
    Client,
    operation::{
        put_item::{PutItemError, PutItemOutput},
        transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput},
        update_item::{UpdateItemError, UpdateItemOutput},
    },
    types::{
        CancellationReason,
        error::{TransactionCanceledException, TransactionConflictException},
    },
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use partner::PartnerId;
use transaction::UploadId;
use upload_ledger::{LedgerError, NewUpload, Status, UploadsTable, giving_way};

fn table(rule: &Rule) -> UploadsTable {
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [rule]);
    UploadsTable::new(&client, "uploads".into())
}

fn upload() -> NewUpload {
    NewUpload {
        id: UploadId::derive("acme", &[0; 32]),
        partner: PartnerId::parse("acme").unwrap(),
        bucket: "uploads".into(),
        key: "acme/orders.xml".into(),
        version_id: None,
        etag: None,
        size: 1,
        received_at: "2026-03-01T09:30:00Z".into(),
    }
}

fn conflict() -> TransactionConflictException {
    TransactionConflictException::builder().build()
}

fn refused_update() -> UpdateItemError {
    UpdateItemError::TransactionConflictException(conflict())
}

#[tokio::test(start_paused = true)]
async fn an_upload_whose_row_is_in_a_transaction_is_entered_after_it() {
    let rule = mock!(Client::put_item)
        .sequence()
        .error(|| PutItemError::TransactionConflictException(conflict()))
        .times(2)
        .output(|| PutItemOutput::builder().build())
        .build();
    let standing = table(&rule).receive(&upload()).await.unwrap();
    assert_eq!(standing.status, Status::Received);
    assert_eq!(rule.num_calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_is_in_a_transaction_is_updated_after_it() {
    let rule = mock!(Client::update_item)
        .sequence()
        .error(refused_update)
        .times(7)
        .output(|| UpdateItemOutput::builder().build())
        .build();
    let now = "2026-03-01T09:30:01Z".parse().unwrap();
    let table = table(&rule);
    table.mark_split(&upload().id, 1, 1, now).await.unwrap();
    assert_eq!(rule.num_calls(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_never_comes_free_is_an_error() {
    let rule = mock!(Client::update_item)
        .sequence()
        .error(refused_update)
        .repeatedly()
        .build();
    let (table, upload) = (table(&rule), upload());
    let rejected = table.reject(&upload.id, "2026-03-01T09:30:01Z").await;
    let error = rejected.unwrap_err();
    assert!(matches!(error, LedgerError::Update(_)), "{error:?}");
    assert_eq!(rule.num_calls(), 8);
}

async fn calls_of_a_transaction_refused_for(codes: &'static [&'static str]) -> usize {
    let cancelled = move || {
        let reasons = codes.iter();
        let reasons = reasons.map(|code| CancellationReason::builder().code(*code).build());
        let cancelled = TransactionCanceledException::builder()
            .set_cancellation_reasons(Some(reasons.collect()));
        TransactWriteItemsError::TransactionCanceledException(cancelled.build())
    };
    let rule = mock!(Client::transact_write_items)
        .sequence()
        .error(cancelled)
        .output(|| TransactWriteItemsOutput::builder().build())
        .build();
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&rule]);
    let _ = giving_way(&client).transact_write_items().send().await;
    rule.num_calls()
}

#[tokio::test(start_paused = true)]
async fn a_transaction_is_repeated_for_what_passes_and_for_nothing_else() {
    for passing in [
        &["None", "TransactionConflict"],
        &["ThrottlingError", "None"],
    ] {
        assert_eq!(calls_of_a_transaction_refused_for(passing).await, 2);
    }
    for lasting in [
        &["None", "ValidationError"],
        &["ConditionalCheckFailed", "None"],
        &["ConditionalCheckFailed", "TransactionConflict"],
    ] {
        assert_eq!(calls_of_a_transaction_refused_for(lasting).await, 1);
    }
}
