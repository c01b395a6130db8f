//! The sender over a real client whose answers are scripted. Tokio's clock is paused: pauses pass
//! at once. The SDK's own attempts are off, so that every call is one of the sender's.

use std::sync::{Arc, Mutex};

use aws_sdk_sqs::{
    Client,
    config::retry::RetryConfig,
    error::ErrorMetadata,
    operation::send_message_batch::{
        SendMessageBatchError, SendMessageBatchInput, SendMessageBatchOutput,
    },
    types::{BatchResultErrorEntry, SendMessageBatchResultEntry, error::RequestThrottled},
};
use aws_smithy_mocks::{MockResponse, RuleMode, mock, mock_client};

use crate::{QueuedTransaction, SendError, TransactionQueue, samples};

type Answer = MockResponse<SendMessageBatchOutput, SendMessageBatchError>;

/// The bodies of every call so far, in order.
type Calls = Arc<Mutex<Vec<Vec<String>>>>;

/// A queue that answers the n-th call, from 0, with `answer(n, request)`.
fn queue(
    answer: impl Fn(usize, &SendMessageBatchInput) -> Answer + Send + Sync + 'static,
) -> (TransactionQueue, Calls) {
    let calls = Calls::default();
    let record = Arc::clone(&calls);
    let rule = mock!(Client::send_message_batch).then_compute_response(move |request| {
        let bodies = request.entries().iter();
        let bodies = bodies
            .map(|entry| entry.message_body().to_owned())
            .collect();
        let number = {
            let mut calls = record.lock().unwrap();
            calls.push(bodies);
            calls.len() - 1
        };
        answer(number, request)
    });
    let client = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&rule], |config| config
        .retry_config(RetryConfig::disabled()));
    (
        TransactionQueue::new(client, "https://sqs/queue".into()),
        calls,
    )
}

/// An answer in which the entries at `failing` places failed and the others succeeded.
fn answer(request: &SendMessageBatchInput, failing: &[usize], sender_fault: bool) -> Answer {
    let mut output = SendMessageBatchOutput::builder()
        .set_successful(Some(Vec::new()))
        .set_failed(Some(Vec::new()));
    for (place, entry) in request.entries().iter().enumerate() {
        if failing.contains(&place) {
            let failed = BatchResultErrorEntry::builder()
                .id(entry.id())
                .code("InternalError")
                .sender_fault(sender_fault);
            output = output.failed(failed.build().unwrap());
        } else {
            let sent = SendMessageBatchResultEntry::builder()
                .id(entry.id())
                .message_id("m")
                .md5_of_message_body("-");
            output = output.successful(sent.build().unwrap());
        }
    }
    MockResponse::Output(output.build().unwrap())
}

fn throttle() -> Answer {
    MockResponse::Error(SendMessageBatchError::RequestThrottled(
        RequestThrottled::builder()
            .meta(ErrorMetadata::builder().code("RequestThrottled").build())
            .build(),
    ))
}

fn transactions(number: u64) -> Vec<QueuedTransaction> {
    (1..=number).map(samples::from_upload).collect()
}

async fn send(queue: &TransactionQueue, number: u64) -> Result<u64, SendError> {
    let mut sender = queue.batch_sender();
    for transaction in transactions(number) {
        sender.push(&transaction).await?;
    }
    sender.finish().await
}

fn bodies(number: u64) -> Vec<String> {
    transactions(number)
        .iter()
        .map(QueuedTransaction::to_json)
        .collect()
}

#[tokio::test]
async fn every_transaction_is_sent_once_ten_to_a_call() {
    let (queue, calls) = queue(|_, request| answer(request, &[], false));
    assert_eq!(send(&queue, 1003).await.unwrap(), 1003);
    let calls = calls.lock().unwrap();
    assert_eq!(calls.len(), 101);
    let mut sent = calls.concat();
    sent.sort();
    let mut expected = bodies(1003);
    expected.sort();
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn nothing_pushed_is_nothing_sent() {
    let (queue, calls) = queue(|_, request| answer(request, &[], false));
    assert_eq!(send(&queue, 0).await.unwrap(), 0);
    assert!(calls.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_the_failed_entries_are_sent_again() {
    let (queue, calls) = queue(|number, request| match number {
        0 => answer(request, &[2, 5, 9], false),
        1 => answer(request, &[1], false),
        _ => answer(request, &[], false),
    });
    assert_eq!(send(&queue, 10).await.unwrap(), 10);
    let bodies = bodies(10);
    let again = [2, 5, 9].map(|place| bodies[place].clone());
    assert_eq!(
        *calls.lock().unwrap(),
        [bodies.clone(), again.to_vec(), vec![bodies[5].clone()]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_the_answer_does_not_mention_is_sent_again() {
    let (queue, calls) = queue(|number, request| {
        if number > 0 {
            return answer(request, &[], false);
        }
        let silent = SendMessageBatchOutput::builder()
            .set_successful(Some(Vec::new()))
            .set_failed(Some(Vec::new()));
        MockResponse::Output(silent.build().unwrap())
    });
    assert_eq!(send(&queue, 3).await.unwrap(), 3);
    assert_eq!(*calls.lock().unwrap(), [bodies(3), bodies(3)]);
}

#[tokio::test]
async fn a_call_that_fails_after_the_attempts_of_its_client_is_an_error_at_once() {
    let (queue, calls) = queue(|_, _| throttle());
    let error = send(&queue, 4).await.unwrap_err();
    assert!(matches!(error, SendError::Batch(_)), "{error:?}");
    assert_eq!(calls.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_batch_whose_every_entry_fails_is_an_error_after_eight_attempts() {
    let (queue, calls) = queue(|_, request| answer(request, &[0, 1, 2, 3], false));
    let error = send(&queue, 4).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "4 transactions of a batch could not be put on the queue (InternalError)."
    );
    assert_eq!(calls.lock().unwrap().len(), 8);
}

#[tokio::test]
async fn an_entry_refused_by_the_senders_fault_is_an_error_at_once() {
    let (queue, calls) = queue(|_, request| answer(request, &[1], true));
    let error = send(&queue, 4).await.unwrap_err();
    assert!(matches!(error, SendError::Refused { ref code } if code == "InternalError"));
    assert_eq!(calls.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_refused_for_good_is_an_error_at_once() {
    let (queue, calls) = queue(|_, _| {
        let meta = ErrorMetadata::builder().code("AccessDenied").build();
        MockResponse::Error(SendMessageBatchError::generic(meta))
    });
    assert!(matches!(send(&queue, 4).await, Err(SendError::Batch(_))));
    assert_eq!(calls.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_failure_of_an_early_batch_is_not_hidden_by_later_successes() {
    let (queue, _) = queue(|number, request| match number {
        0 => answer(request, &[0], true),
        _ => answer(request, &[], false),
    });
    assert!(send(&queue, 1000).await.is_err());
}

#[tokio::test]
async fn a_message_that_no_queue_takes_is_an_error_and_no_call() {
    let (queue, calls) = queue(|_, request| answer(request, &[], false));
    let huge = QueuedTransaction {
        received_at: "0".repeat(1_048_576),
        ..samples::from_upload(1)
    };
    let error = queue.batch_sender().push(&huge).await.unwrap_err();
    assert!(matches!(error, SendError::TooLarge { bytes } if bytes > 1_048_576));
    assert!(calls.lock().unwrap().is_empty());
}
