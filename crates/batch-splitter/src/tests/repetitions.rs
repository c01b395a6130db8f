//! The same bytes twice, over a ledger that keeps its rows.

use std::sync::Arc;

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;
use tokio::sync::Barrier;
use transaction_queue::TransactionQueue;

use super::{
    stateful_ledger::StatefulLedger,
    world::{World, upload_id},
    *,
};

fn world(ledger: &StatefulLedger) -> World {
    let mut world = World::with(THREE);
    world.ledger = ledger.rules();
    world
}

/// A queue that takes no batch before a second one has come.
#[derive(Clone, Debug)]
struct TwoByTwo(Arc<Barrier>);

impl HttpConnector for TwoByTwo {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let entries = request["Entries"].as_array().unwrap().iter();
        let taken = entries
            .map(|entry| json!({"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "-"}));
        let taken: Vec<_> = taken.collect();
        let answer = json!({"Successful": taken, "Failed": []}).to_string();
        let barrier = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            barrier.wait().await;
            let answer = SdkBody::from(answer);
            Ok(HttpResponse::new(200.try_into().unwrap(), answer))
        })
    }
}

fn two_by_two() -> TransactionQueue {
    let connector = TwoByTwo(Arc::new(Barrier::new(2)));
    let http = http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone()));
    let config = aws_sdk_sqs::Config::builder();
    let config = config.with_test_defaults_v2().http_client(http);
    let client = aws_sdk_sqs::Client::from_conf(config.build());
    TransactionQueue::new(client, "https://sqs/queue".to_owned())
}

fn completions(world: &World) -> Vec<Value> {
    let mut events = world.seen.events();
    let id = format!("UploadCompleted#{}", upload_id(THREE.as_bytes()));
    events.retain(|event| event["event_id"] == id);
    events
}

#[tokio::test]
async fn two_invocations_at_once_split_the_upload_once_and_complete_it_once() {
    let ledger = StatefulLedger::of_ended(3);
    let world = world(&ledger);
    let mut adapters = world.adapters();
    adapters.queue = two_by_two();
    let (first, second) = tokio::join!(
        handle(&adapters, event("object-created-put")),
        handle(&adapters, event("object-created-copy")),
    );
    for answer in [first.unwrap(), second.unwrap()] {
        let answer = serde_json::to_value(answer).unwrap();
        assert_eq!(answer, summary(THREE, 3, 0));
    }
    let upload = upload_id(THREE.as_bytes());
    for (name, value) in [
        ("status", "COMPLETED"),
        ("accepted", "3"),
        ("transactions", "3"),
    ] {
        let attribute = ledger.attribute(&upload, name);
        assert_eq!(attribute.as_deref(), Some(value), "{name}");
    }
    let completions = completions(&world);
    assert_eq!(completions.len(), 1, "{completions:?}");
    assert_eq!(completions[0]["accepted"], 3);
}

#[tokio::test]
async fn an_upload_that_could_not_be_marked_as_split_is_by_the_retry() {
    let ledger = StatefulLedger::failing_at_first(1);
    let world = world(&ledger);
    let upload = upload_id(THREE.as_bytes());
    let failure = handle(&world.adapters(), event("object-created-put")).await;
    assert_eq!(failure.unwrap_err().error_type(), "UploadsTableFailed");
    assert_eq!(ledger.attribute(&upload, "status").unwrap(), "RECEIVED");
    assert_eq!(ledger.attribute(&upload, "transactions").unwrap(), "0");

    let retried = result(&world, event("object-created-put")).await;
    assert_eq!(retried, summary(THREE, 3, 0));
    assert_eq!(ledger.attribute(&upload, "status").unwrap(), "SPLIT");
    assert_eq!(ledger.attribute(&upload, "transactions").unwrap(), "3");
    assert_eq!(world.seen.messages().len(), 6, "each was sent twice");

    let again = result(&world, event("object-created-put")).await;
    assert_eq!(again, summary(THREE, 3, 0));
    assert_eq!(world.seen.messages().len(), 6, "nothing more was sent");
}
