//! The services around the splitter, scripted: real clients, answers of ours.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::{
    operation::{
        get_item::GetItemOutput,
        put_item::{PutItemInput, PutItemOutput},
        update_item::UpdateItemInput,
    },
    types::AttributeValue,
};
use aws_sdk_eventbridge::{
    operation::put_events::{PutEventsInput, PutEventsOutput},
    types::PutEventsResultEntry,
};
use aws_sdk_s3::{
    operation::get_object::{GetObjectInput, GetObjectOutput},
    primitives::{ByteStream, DateTime},
};
use aws_sdk_sqs::{
    operation::send_message_batch::{SendMessageBatchInput, SendMessageBatchOutput},
    types::SendMessageBatchResultEntry,
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use domain_event::EventBus;
use partner::PartnersTable;
use serde_json::Value;
use sha2::{Digest, Sha256};
use transaction::UploadId;
use transaction_queue::{QueuedTransaction, TransactionQueue};

use rejection::RejectionsTable;
use upload_ledger::UploadsTable;

use super::ledger;
use crate::{Adapters, UploadsBucket};

/// The rules that answer the splitter's calls, and what it was seen to do.
pub(super) struct World {
    pub(super) objects: Vec<Rule>,
    pub(super) partners: Rule,
    pub(super) rejections: Rule,
    pub(super) queue: Rule,
    pub(super) bus: Rule,
    pub(super) ledger: Vec<Rule>,
    pub(super) seen: Seen,
}

#[derive(Clone, Default)]
pub(super) struct Seen {
    pub(super) reads: Arc<Mutex<Vec<GetObjectInput>>>,
    pub(super) messages: Arc<Mutex<Vec<QueuedTransaction>>>,
    pub(super) rejections: Arc<Mutex<Vec<PutItemInput>>>,
    pub(super) entries: Arc<Mutex<Vec<PutItemInput>>>,
    pub(super) updates: Arc<Mutex<Vec<UpdateItemInput>>>,
    pub(super) events: Arc<Mutex<Vec<PutEventsInput>>>,
}

impl World {
    /// A world in which every object has this content and only `acme` is a partner.
    pub(super) fn with(content: impl Into<Vec<u8>>) -> Self {
        let seen = Seen::default();
        Self {
            objects: vec![object(&seen, content.into())],
            partners: partner("acme", "ACTIVE"),
            rejections: rejections(&seen),
            queue: queue(&seen),
            bus: bus(&seen),
            ledger: ledger::of_a_new_upload(&seen),
            seen,
        }
    }

    pub(super) fn adapters(&self) -> Adapters {
        let dynamodb = mock_client!(
            aws_sdk_dynamodb,
            RuleMode::MatchAny,
            [&self.partners, &self.rejections]
        );
        let sqs = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&self.queue]);
        let events = mock_client!(aws_sdk_eventbridge, RuleMode::MatchAny, [&self.bus]);
        Adapters {
            uploads: UploadsBucket::new(mock_client!(
                aws_sdk_s3,
                RuleMode::MatchAny,
                &self.objects
            )),
            partners: PartnersTable::new(dynamodb.clone(), "partners".into()),
            queue: TransactionQueue::new(sqs, "https://sqs/queue".into()),
            rejections: RejectionsTable::new(dynamodb, "rejections".into()),
            ledger: UploadsTable::new(
                &mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, &self.ledger),
                "uploads".into(),
            ),
            events: EventBus::new(events, "events".into()),
        }
    }
}

impl Seen {
    /// What is on the queue, in the order of the file.
    pub(super) fn messages(&self) -> Vec<QueuedTransaction> {
        let mut messages = self.messages.lock().unwrap().clone();
        messages.sort_by_key(|message| message.ordinal);
        messages
    }

    /// The published events in the order of their ids, each as its detail without the moment.
    pub(super) fn events(&self) -> Vec<Value> {
        let calls = self.events.lock().unwrap();
        let entries = calls.iter().flat_map(PutEventsInput::entries);
        let mut events: Vec<Value> = entries
            .map(|entry| serde_json::from_str(entry.detail().unwrap()).unwrap())
            .collect();
        for event in &mut events {
            event.as_object_mut().unwrap().remove("rejected_at");
        }
        events.sort_by_key(|event| event["event_id"].to_string());
        events
    }

    /// The rows of the rejections table, each as `attribute=value` in the order of the names.
    pub(super) fn rejections(&self) -> Vec<String> {
        let puts = self.rejections.lock().unwrap();
        let mut rows: Vec<_> = puts.iter().map(row).collect();
        rows.sort();
        rows
    }
}

fn row(put: &PutItemInput) -> String {
    let mut attributes: Vec<_> = put
        .item()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "rejected_at")
        .map(|(name, value)| match value {
            AttributeValue::S(text) | AttributeValue::N(text) => format!("{name}={text}"),
            other => panic!("{other:?}"),
        })
        .collect();
    attributes.sort();
    attributes.join(" ")
}

/// The upload id of `content` from `acme`.
pub(super) fn upload_id(content: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest(content).into();
    UploadId::derive("acme", &hash).as_str().to_owned()
}

pub(super) fn object(seen: &Seen, content: Vec<u8>) -> Rule {
    let reads = Arc::clone(&seen.reads);
    mock!(aws_sdk_s3::Client::get_object).then_compute_output(move |request| {
        reads.lock().unwrap().push(request.clone());
        answer(content.clone())
    })
}

pub(super) fn answer(content: Vec<u8>) -> GetObjectOutput {
    GetObjectOutput::builder()
        .content_length(i64::try_from(content.len()).unwrap())
        .e_tag(super::ETAG)
        .last_modified(DateTime::from_secs(1_772_300_000))
        .body(ByteStream::from(content))
        .build()
}

pub(super) fn partner(id: &'static str, status: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("partners"))
        .then_compute_output(move |request| {
            let text = |value: &str| AttributeValue::S(value.to_owned());
            let known = request.key().unwrap()["partner_id"] == text(id);
            let row = [
                ("partner_id", id),
                ("status", status),
                ("api_token_sha256", "0000"),
            ];
            let row = row.map(|(name, value)| (name.to_owned(), text(value)));
            GetItemOutput::builder()
                .set_item(known.then(|| row.into()))
                .build()
        })
}

fn rejections(seen: &Seen) -> Rule {
    let puts = Arc::clone(&seen.rejections);
    mock!(aws_sdk_dynamodb::Client::put_item)
        .match_requests(|request| request.table_name() == Some("rejections"))
        .then_compute_output(move |request| {
            puts.lock().unwrap().push(request.clone());
            PutItemOutput::builder().build()
        })
}

fn queue(seen: &Seen) -> Rule {
    let messages = Arc::clone(&seen.messages);
    mock!(aws_sdk_sqs::Client::send_message_batch).then_compute_output(
        move |request: &SendMessageBatchInput| {
            let mut output = SendMessageBatchOutput::builder().set_failed(Some(Vec::new()));
            for entry in request.entries() {
                let message = QueuedTransaction::from_json(entry.message_body()).unwrap();
                messages.lock().unwrap().push(message);
                let sent = SendMessageBatchResultEntry::builder()
                    .id(entry.id())
                    .message_id("m")
                    .md5_of_message_body("-");
                output = output.successful(sent.build().unwrap());
            }
            output.build().unwrap()
        },
    )
}

/// A bus that takes every event.
fn bus(seen: &Seen) -> Rule {
    let calls = Arc::clone(&seen.events);
    mock!(aws_sdk_eventbridge::Client::put_events).then_compute_output(move |request| {
        calls.lock().unwrap().push(request.clone());
        let taken = PutEventsResultEntry::builder().event_id("e").build();
        PutEventsOutput::builder()
            .set_entries(Some(vec![taken; request.entries().len()]))
            .build()
    })
}
