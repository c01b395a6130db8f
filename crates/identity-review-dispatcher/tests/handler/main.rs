//! The dispatcher over scripted answers of AWS.

mod deliveries;

use std::path::Path;

use aws_sdk_dynamodb::{
    operation::{
        get_item::GetItemOutput,
        update_item::{UpdateItemError, UpdateItemOutput},
    },
    types::{AttributeValue, error::ResourceNotFoundException},
};
use aws_sdk_eventbridge::{operation::put_events::PutEventsOutput, types::PutEventsResultEntry};
use aws_sdk_sfn::operation::send_task_heartbeat::{
    SendTaskHeartbeatError, SendTaskHeartbeatOutput,
};
use aws_smithy_mocks::{Rule, mock, mock_client};
use callback_task::{CallbackTasksTable, TaskCallbacks};
use domain_event::EventBus;
use identity_review_dispatcher::{Adapters, handle};
use jiff::SignedDuration;
use lambda_runtime::Diagnostic;
use partner::PartnerId;
use serde_json::{Value, json};

const TOKEN: &str = "AQCEAAAAKgAAAAMAAAAAAAAAAexampletoken";

fn event() -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR"));
    let events = events.join("../../events/identity-review-dispatcher");
    let text = std::fs::read_to_string(events.join("token-issued.json"));
    serde_json::from_str(&text.expect("the event file is there")).expect("the event file is JSON")
}

/// The answers of Step Functions, Amazon DynamoDB and Amazon EventBridge.
struct Script {
    find: Rule,
    heartbeat: Rule,
    store: Rule,
    publish: Rule,
}

impl Script {
    async fn run(&self, event: Value) -> Result<(), Diagnostic> {
        let adapters = Adapters {
            tasks: TaskCallbacks::new(mock_client!(aws_sdk_sfn, [&self.heartbeat])),
            callbacks: CallbackTasksTable::new(
                mock_client!(aws_sdk_dynamodb, [&self.find, &self.store]),
                "callback-tasks".to_owned(),
            ),
            events: EventBus::new(
                mock_client!(aws_sdk_eventbridge, [&self.publish]),
                "events".to_owned(),
            ),
            reviewer: PartnerId::parse("acme").expect("`acme` is a partner id"),
            timeout: SignedDuration::from_hours(24),
        };
        handle(&adapters, event).await.map_err(Into::into)
    }

    fn calls(&self) -> [usize; 3] {
        [&self.heartbeat, &self.store, &self.publish].map(Rule::num_calls)
    }
}

fn script() -> Script {
    Script {
        find: mock!(aws_sdk_dynamodb::Client::get_item)
            .then_output(|| GetItemOutput::builder().build()),
        heartbeat: waiting(),
        store: mock!(aws_sdk_dynamodb::Client::update_item)
            .then_output(|| UpdateItemOutput::builder().build()),
        publish: mock!(aws_sdk_eventbridge::Client::put_events).then_output(published),
    }
}

fn waiting() -> Rule {
    mock!(aws_sdk_sfn::Client::send_task_heartbeat)
        .match_requests(|request| request.task_token() == Some(TOKEN))
        .then_output(|| SendTaskHeartbeatOutput::builder().build())
}

fn published() -> PutEventsOutput {
    let entry = PutEventsResultEntry::builder().event_id("e").build();
    PutEventsOutput::builder().entries(entry).build()
}

#[tokio::test]
async fn the_token_is_stored_for_the_first_partner_until_the_deadline() {
    let script = Script {
        store: mock!(aws_sdk_dynamodb::Client::update_item)
            .match_requests(|request| {
                let text = |text: &str| AttributeValue::S(text.to_owned());
                let key = [("order_id", "A-1"), ("task_type", "IDENTITY_REVIEW")]
                    .map(|(name, value)| (name.to_owned(), text(value)));
                let values = request
                    .expression_attribute_values()
                    .expect("there are values");
                // 2026-03-02T09:30:03Z: the event's time and a day.
                let expires_at = AttributeValue::N("1772443803".to_owned());
                request.table_name() == Some("callback-tasks")
                    && request.key() == Some(&key.into())
                    && values[":token"] == text(TOKEN)
                    && values[":partner"] == text("acme")
                    && values[":expires_at"] == expires_at
            })
            .then_output(|| UpdateItemOutput::builder().build()),
        ..script()
    };
    script.run(event()).await.unwrap();
    assert_eq!(script.calls(), [1, 1, 1]);
}

#[tokio::test]
async fn the_published_request_names_the_account_and_not_the_token() {
    let script = Script {
        publish: mock!(aws_sdk_eventbridge::Client::put_events)
            .match_requests(|request| {
                let entry = &request.entries()[0];
                let detail = entry.detail().expect("there is a detail");
                let detail: Value = serde_json::from_str(detail).expect("the detail is JSON");
                entry.source() == Some("b2b.accounts")
                    && entry.detail_type() == Some("IdentityReviewRequested")
                    && detail
                        == json!({
                            "version": "1",
                            "event_id": "IdentityReviewRequested#A-1#7f21e2f4fb87890d",
                            "partner_id": "globex",
                            "account_id": "A-1",
                            "task_type": "IDENTITY_REVIEW",
                            "expires_at": "2026-03-02T09:30:03Z",
                        })
            })
            .then_output(published),
        ..script()
    };
    script.run(event()).await.unwrap();
    assert_eq!(script.calls(), [1, 1, 1]);
}

#[tokio::test]
async fn an_unanswered_question_is_no_dead_token() {
    let script = Script {
        heartbeat: mock!(aws_sdk_sfn::Client::send_task_heartbeat).then_error(|| {
            let meta = aws_sdk_sfn::error::ErrorMetadata::builder().code("AccessDeniedException");
            SendTaskHeartbeatError::generic(meta.build())
        }),
        ..script()
    };
    let error = script.run(event()).await.unwrap_err();
    assert_eq!(error.error_type, "StepFunctionsFailed");
    assert_eq!(script.calls(), [1, 0, 0]);
}

#[tokio::test]
async fn nothing_is_published_before_the_token_is_stored() {
    let script = Script {
        store: mock!(aws_sdk_dynamodb::Client::update_item).then_error(|| {
            UpdateItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build())
        }),
        ..script()
    };
    let error = script.run(event()).await.unwrap_err();
    assert_eq!(error.error_type, "CallbackTasksTableFailed");
    assert_eq!(script.calls(), [1, 1, 0]);
}

#[tokio::test]
async fn a_request_that_the_bus_refuses_is_an_error() {
    let script = Script {
        publish: mock!(aws_sdk_eventbridge::Client::put_events).then_output(|| {
            let entry = PutEventsResultEntry::builder().error_code("MalformedDetail");
            let output = PutEventsOutput::builder().failed_entry_count(1);
            output.entries(entry.build()).build()
        }),
        ..script()
    };
    let error = script.run(event()).await.unwrap_err();
    assert_eq!(error.error_type, "EventBusFailed");
}

#[tokio::test]
async fn another_event_is_refused_and_not_repeated() {
    let mut public = event();
    public["detail-type"] = json!("IdentityReviewRequested");
    let mut without_account = event();
    without_account["detail"]["account_id"] = json!("");
    let mut without_time = event();
    without_time["time"] = json!("yesterday");
    let mut without_token = event();
    without_token["detail"]["task_token"] = json!([TOKEN]);
    for event in [
        public,
        without_account,
        without_time,
        without_token,
        json!(TOKEN),
    ] {
        let script = script();
        let error = script.run(event).await.unwrap_err();
        assert_eq!(error.error_type, "InvalidEvent");
        assert!(!error.error_message.contains(TOKEN));
        assert_eq!(script.calls(), [0, 0, 0]);
    }
}
