//! The bus over a real client whose answers are scripted. Tokio's clock is paused: pauses pass at
//! once. The SDK's own attempts are off, so that every call is one of the publisher's.

use std::sync::{Arc, Mutex};

use aws_sdk_eventbridge::{
    config::retry::RetryConfig,
    error::ErrorMetadata,
    operation::put_events::{PutEventsError, PutEventsInput, PutEventsOutput},
    types::PutEventsResultEntry,
};
use aws_smithy_mocks::{MockResponse, RuleMode, mock, mock_client};

use super::*;
use crate::{Detail, UploadReceived, samples};

type Answer = MockResponse<PutEventsOutput, PutEventsError>;

/// The details of every call so far, in order.
type Calls = Arc<Mutex<Vec<Vec<String>>>>;

/// A bus that answers the n-th call, from 0, with `answer(n, request)`.
fn bus(
    answer: impl Fn(usize, &PutEventsInput) -> Answer + Send + Sync + 'static,
) -> (EventBus, Calls) {
    let calls = Calls::default();
    let record = Arc::clone(&calls);
    let rule = mock!(Client::put_events).then_compute_response(move |request| {
        let details = request.entries().iter();
        let details = details
            .map(|entry| entry.detail().unwrap().to_owned())
            .collect();
        let number = {
            let mut calls = record.lock().unwrap();
            calls.push(details);
            calls.len() - 1
        };
        answer(number, request)
    });
    let client = mock_client!(aws_sdk_eventbridge, RuleMode::MatchAny, [&rule], |config| {
        config.retry_config(RetryConfig::disabled())
    });
    (EventBus::new(client, "events".to_owned()), calls)
}

/// An answer in which the entries at `failing` places failed and the others succeeded.
fn answer(request: &PutEventsInput, failing: &[usize], code: &str) -> Answer {
    let results = (0..request.entries().len()).map(|place| {
        let result = PutEventsResultEntry::builder();
        if failing.contains(&place) {
            result.error_code(code).build()
        } else {
            result.event_id("e").build()
        }
    });
    let output = PutEventsOutput::builder()
        .failed_entry_count(i32::try_from(failing.len()).unwrap())
        .set_entries(Some(results.collect()));
    MockResponse::Output(output.build())
}

fn throttle() -> Answer {
    let meta = ErrorMetadata::builder().code("ThrottlingException").build();
    MockResponse::Error(PutEventsError::generic(meta))
}

fn events(number: u64) -> Vec<Event> {
    (1..=number).map(samples::rejected).collect()
}

fn details(number: u64) -> Vec<String> {
    events(number).iter().map(Event::to_json).collect()
}

#[tokio::test]
async fn every_event_is_published_once_ten_to_a_call() {
    let (bus, calls) = bus(|_, request| {
        let entry = &request.entries()[0];
        assert_eq!(entry.event_bus_name(), Some("events"));
        assert_eq!(entry.source(), Some("b2b.transactions"));
        assert_eq!(entry.detail_type(), Some("TransactionRejected"));
        answer(request, &[], "")
    });
    bus.publish(&events(23)).await.unwrap();
    let calls = calls.lock().unwrap();
    assert_eq!(calls.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 3]);
    assert_eq!(calls.concat(), details(23));
}

#[tokio::test]
async fn nothing_to_publish_is_no_call() {
    let (bus, calls) = bus(|_, request| answer(request, &[], ""));
    bus.publish(&[]).await.unwrap();
    assert!(calls.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_the_failed_entries_are_published_again() {
    let (bus, calls) = bus(|number, request| match number {
        0 => answer(request, &[2, 5, 9], "InternalFailure"),
        1 => answer(request, &[1], "ThrottlingException"),
        _ => answer(request, &[], ""),
    });
    bus.publish(&events(10)).await.unwrap();
    let details = details(10);
    let again = [2, 5, 9].map(|place| details[place].clone());
    assert_eq!(
        *calls.lock().unwrap(),
        [details.clone(), again.to_vec(), vec![details[5].clone()]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_the_answer_does_not_mention_is_published_again() {
    let (bus, calls) = bus(|number, request| match number {
        0 => MockResponse::Output(PutEventsOutput::builder().build()),
        _ => answer(request, &[], ""),
    });
    bus.publish(&events(3)).await.unwrap();
    assert_eq!(*calls.lock().unwrap(), [details(3), details(3)]);
}

#[tokio::test]
async fn a_call_that_fails_after_the_attempts_of_its_client_is_an_error_at_once() {
    let (throttled, calls) = bus(|_, _| throttle());
    let error = throttled.publish(&events(4)).await.unwrap_err();
    assert!(matches!(error, PublishError::Call(_)), "{error:?}");
    assert_eq!(calls.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_never_succeeds_is_an_error_after_six_calls_and_four_seconds() {
    let begun = tokio::time::Instant::now();
    let (failing, calls) = bus(|_, request| answer(request, &[0, 1], "InternalFailure"));
    let error = failing.publish(&events(4)).await.unwrap_err();
    assert!(
        matches!(error, PublishError::Unpublished { events: 2, .. }),
        "{error:?}"
    );
    assert_eq!(calls.lock().unwrap().len(), 6);
    assert!(begun.elapsed().as_secs() < 4, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_event_that_is_refused_for_good_is_an_error_at_once() {
    let (refusing, calls) = bus(|_, request| answer(request, &[1], "MalformedDetail"));
    let error = refusing.publish(&events(4)).await.unwrap_err();
    assert!(matches!(error, PublishError::Refused { ref code } if code == "MalformedDetail"));
    assert_eq!(calls.lock().unwrap().len(), 1);

    let (denying, calls) = bus(|_, _| {
        let meta = ErrorMetadata::builder().code("AccessDenied").build();
        MockResponse::Error(PutEventsError::generic(meta))
    });
    let error = denying.publish(&events(4)).await.unwrap_err();
    assert!(matches!(error, PublishError::Call(_)), "{error:?}");
    assert_eq!(calls.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_that_no_bus_takes_is_an_error_and_no_call() {
    let (bus, calls) = bus(|_, request| answer(request, &[], ""));
    let Detail::UploadReceived(upload) = samples::all().remove(0).detail else {
        panic!("the first sample is an UploadReceived");
    };
    let huge = samples::acme(Detail::UploadReceived(UploadReceived {
        key: "k".repeat(MAX_BYTES),
        ..upload
    }));
    let error = bus.publish(&[huge]).await.unwrap_err();
    assert!(matches!(error, PublishError::TooLarge { bytes } if bytes > MAX_BYTES));
    assert!(calls.lock().unwrap().is_empty());
}
