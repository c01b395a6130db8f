//! The rejections table with a scripted client.

use aws_sdk_dynamodb::{
    Client,
    operation::put_item::{PutItemError, PutItemInput, PutItemOutput},
    types::{
        AttributeValue::{N, S},
        ReturnValuesOnConditionCheckFailure::AllOld,
        error::{ConditionalCheckFailedException, ResourceNotFoundException},
    },
};
use aws_smithy_mocks::{Rule, mock, mock_client};
use partner::PartnerId;
use rejection::{Rejection, RejectionId, RejectionsTable};
use transaction::UploadId;

fn upload() -> UploadId {
    UploadId::derive("acme", &[0; 32])
}

fn rejection() -> Rejection {
    Rejection {
        partner: PartnerId::parse("acme").expect("a partner id"),
        rejection_id: RejectionId::of_upload(&upload(), 7),
        transaction_id: Some("x".repeat(300)),
        line: Some(21),
        code: "ID_TOO_LONG".to_owned(),
        reason: "The transaction id is longer than 128 bytes of UTF-8.".to_owned(),
        rejected_at: "2026-11-21T07:00:00Z".to_owned(),
    }
}

fn table(rule: &Rule) -> RejectionsTable {
    RejectionsTable::new(
        mock_client!(aws_sdk_dynamodb, [rule]),
        "rejections".to_owned(),
    )
}

fn is_the_whole_record(request: &PutItemInput) -> bool {
    let item = request.item().expect("an item is put");
    request.table_name() == Some("rejections")
        && request.condition_expression() == Some("attribute_not_exists(rejection_id)")
        && item.len() == 7
        && item["partner"] == S("acme".to_owned())
        && item["rejection_id"] == S(format!("{}#7", upload()))
        && item["id"] == S("x".repeat(256))
        && item["line"] == N("21".to_owned())
        && item["code"] == S("ID_TOO_LONG".to_owned())
}

#[tokio::test]
async fn a_record_holds_what_is_known_and_cuts_an_endless_id() {
    let rule = mock!(Client::put_item)
        .match_requests(is_the_whole_record)
        .then_output(|| PutItemOutput::builder().build());
    let recorded = table(&rule).record(&rejection()).await.unwrap();
    assert_eq!(recorded.code, "ID_TOO_LONG");
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn what_is_not_known_is_left_out() {
    let rule = mock!(Client::put_item)
        .match_requests(|request| {
            let item = request.item().expect("an item is put");
            !item.contains_key("id") && !item.contains_key("line")
        })
        .then_output(|| PutItemOutput::builder().build());
    let unknown = Rejection {
        transaction_id: None,
        line: None,
        rejection_id: RejectionId::of_execution("12-0123456789abcdef"),
        ..rejection()
    };
    table(&rule).record(&unknown).await.unwrap();
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn a_rejection_that_is_recorded_already_stands() {
    let rule = mock!(Client::put_item)
        .match_requests(|request| {
            request.return_values_on_condition_check_failure() == Some(&AllOld)
        })
        .then_error(|| {
            let refused = ConditionalCheckFailedException::builder()
                .item("code", S("CONFLICT".to_owned()))
                .item("reason", S("Another one is stored.".to_owned()))
                .item("rejected_at", S("2026-11-20T23:59:59Z".to_owned()));
            PutItemError::ConditionalCheckFailedException(refused.build())
        });
    let recorded = table(&rule).record(&rejection()).await.unwrap();
    assert_eq!(recorded.code, "CONFLICT");
    assert_eq!(recorded.reason, "Another one is stored.");
    assert_eq!(recorded.rejected_at, "2026-11-20T23:59:59Z");
}

#[tokio::test]
async fn a_failed_record_is_an_error() {
    let rule = mock!(Client::put_item).then_error(|| {
        PutItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    assert!(table(&rule).record(&rejection()).await.is_err());
}
