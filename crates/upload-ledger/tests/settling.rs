//! The end of an upload, with scripted clients.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::{UpdateItemError, UpdateItemOutput},
    types::{
        AttributeValue::{self, N, S},
        error::{ConditionalCheckFailedException, ResourceNotFoundException},
    },
};
use aws_sdk_eventbridge::{operation::put_events::PutEventsOutput, types::PutEventsResultEntry};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use domain_event::EventBus;
use std::collections::HashMap;
use transaction::UploadId;
use upload_ledger::{LedgerError, SettleError, UploadsTable, settle};

const UPLOAD: &str = "00112233445566778899aabbccddeeff";
const NOW: &str = "2026-03-01T09:30:02Z";
/// Half a minute after the completion.
const LATER: &str = "2026-03-01T09:30:31Z";

fn row(status: &str, more: &[(&str, &str)]) -> HashMap<String, AttributeValue> {
    let texts = [
        ("upload_id", UPLOAD),
        ("partner_id", "acme"),
        ("key", "acme/inbox/orders.xml"),
        ("status", status),
        ("completed_at", "2026-03-01T09:30:01Z"),
    ];
    let numbers = [
        ("accepted", 3),
        ("stored", 1),
        ("duplicates", 1),
        ("rejected", 2),
    ];
    let texts = texts.iter().chain(more);
    let texts = texts.map(|(name, text)| ((*name).to_owned(), S((*text).to_owned())));
    let numbers = numbers.map(|(name, number)| (name.to_owned(), N(number.to_string())));
    texts.chain(numbers).collect()
}

fn completed() -> Rule {
    mock!(Client::update_item)
        .match_requests(|request| {
            request.condition_expression() == Some("#status = :split AND ended >= transactions")
                && request.key().unwrap()["upload_id"] == S(UPLOAD.into())
        })
        .then_output(|| {
            let row = row("COMPLETED", &[]);
            UpdateItemOutput::builder()
                .set_attributes(Some(row))
                .build()
        })
}

fn standing(status: &'static str, more: &'static [(&str, &str)]) -> Rule {
    mock!(Client::update_item).then_error(|| {
        let refused = ConditionalCheckFailedException::builder();
        UpdateItemError::ConditionalCheckFailedException(
            refused.set_item(Some(row(status, more))).build(),
        )
    })
}

fn marked() -> Rule {
    mock!(Client::update_item)
        .match_requests(|request| request.update_expression() == Some("SET announced_at = :now"))
        .then_output(|| UpdateItemOutput::builder().build())
}

fn announced() -> Rule {
    mock!(aws_sdk_eventbridge::Client::put_events)
        .match_requests(|request| {
            let detail = request.entries()[0].detail().unwrap();
            detail.contains(&format!("UploadCompleted#{UPLOAD}"))
                && detail.contains(r#""accepted":3,"stored":1,"duplicates":1,"rejected":2"#)
        })
        .then_output(|| {
            let entry = PutEventsResultEntry::builder().event_id("e").build();
            PutEventsOutput::builder().entries(entry).build()
        })
}

async fn settled(ledger: &[&Rule], bus: &[&Rule]) -> Result<(), SettleError> {
    settled_at(NOW, ledger, bus).await
}

async fn settled_at(now: &str, ledger: &[&Rule], bus: &[&Rule]) -> Result<(), SettleError> {
    let dynamodb = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, ledger);
    let events = mock_client!(aws_sdk_eventbridge, RuleMode::MatchAny, bus);
    let uploads = UploadsTable::new(&dynamodb, "uploads".into());
    let events = EventBus::new(events, "events".into());
    let upload = UploadId::parse(UPLOAD).unwrap();
    settle(&uploads, &events, &upload, now.parse().unwrap()).await
}

#[tokio::test]
async fn an_upload_whose_last_transaction_has_ended_is_announced_and_marked() {
    let (marked, announced) = (marked(), announced());
    settled(&[&completed(), &marked], &[&announced])
        .await
        .unwrap();
    assert_eq!((announced.num_calls(), marked.num_calls()), (1, 1));
}

#[tokio::test]
async fn an_upload_that_waits_or_was_announced_is_left_alone() {
    for before in [
        standing("RECEIVED", &[]),
        standing("SPLIT", &[]),
        standing("REJECTED", &[]),
        standing("COMPLETED", &[("announced_at", NOW)]),
    ] {
        settled_at(LATER, &[&before], &[]).await.unwrap();
    }
}

#[tokio::test]
async fn a_completion_that_another_has_just_made_is_its_own_to_announce() {
    let before = standing("COMPLETED", &[]);
    settled(&[&before], &[]).await.unwrap();
}

#[tokio::test]
async fn a_completion_whose_answer_was_lost_is_announced_by_whoever_made_it() {
    let (marked, announced) = (marked(), announced());
    let before = standing("COMPLETED", &[("completed_at", "2026-03-01T09:30:02.000Z")]);
    settled(&[&before, &marked], &[&announced]).await.unwrap();
    assert_eq!((announced.num_calls(), marked.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_completion_that_was_cut_short_is_announced_by_whoever_comes_later() {
    let (marked, announced) = (marked(), announced());
    let before = standing("COMPLETED", &[]);
    settled_at(LATER, &[&before, &marked], &[&announced])
        .await
        .unwrap();
    assert_eq!((announced.num_calls(), marked.num_calls()), (1, 1));
}

#[tokio::test]
async fn a_ledger_that_fails_is_an_error() {
    let failing = mock!(Client::update_item).then_error(|| {
        UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
    });
    let error = settled(&[&failing], &[]).await.unwrap_err();
    assert!(matches!(error, SettleError::Ledger(LedgerError::Update(_))));
}
