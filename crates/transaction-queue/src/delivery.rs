//! One batch on its way, until the queue has acknowledged every entry of it.

use std::time::Duration;

use aws_sdk_sqs::{
    error::SdkError,
    operation::send_message_batch::{SendMessageBatchError, SendMessageBatchOutput},
    types::SendMessageBatchRequestEntry,
};
use backon::{BackoffBuilder, ExponentialBuilder};

use crate::{SendError, TransactionQueue};

/// The pauses before failed entries are sent again: eight calls in all. The jitter at most doubles
/// a pause, so that sixteen throttled calls do not come back as sixteen at once.
const PAUSES: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(50))
    .with_max_delay(Duration::from_millis(1600))
    .with_max_times(7)
    .with_jitter();

/// Sends `bodies` (at most ten) and returns their number once all of them stand on the queue.
///
/// Amazon SQS answers 200 to a call whose entries failed one by one; only those are sent again. A
/// call that fails as a whole is the client's to repeat.
///
/// # Errors
/// As [`SendError`] says. Some of the entries may stand on the queue then.
pub(crate) async fn deliver(
    queue: TransactionQueue,
    bodies: Vec<String>,
) -> Result<u64, SendError> {
    let mut pending = entries(bodies)?;
    let sent = pending.len() as u64;
    let mut pauses = PAUSES.build();
    loop {
        let answer = call(&queue, pending.clone()).await;
        let answer = answer.map_err(|error| SendError::Batch(Box::new(error)))?;
        let Some(failure) = unacknowledged(&mut pending, &answer)? else {
            return Ok(sent);
        };
        tokio::time::sleep(pauses.next().ok_or(failure)?).await;
    }
}

async fn call(
    queue: &TransactionQueue,
    entries: Vec<SendMessageBatchRequestEntry>,
) -> Result<SendMessageBatchOutput, SdkError<SendMessageBatchError>> {
    queue
        .client
        .send_message_batch()
        .queue_url(&queue.url)
        .set_entries(Some(entries))
        .send()
        .await
}

/// An entry's id is its place in the batch.
fn entries(bodies: Vec<String>) -> Result<Vec<SendMessageBatchRequestEntry>, SendError> {
    bodies
        .into_iter()
        .enumerate()
        .map(|(place, body)| {
            SendMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .message_body(body)
                .build()
                .map_err(|error| SendError::Batch(Box::new(SdkError::construction_failure(error))))
        })
        .collect()
}

/// Leaves in `pending` what has to be sent again: every entry that the answer does not list as
/// successful, be it listed as failed or not at all.
fn unacknowledged(
    pending: &mut Vec<SendMessageBatchRequestEntry>,
    answer: &SendMessageBatchOutput,
) -> Result<Option<SendError>, SendError> {
    if let Some(refused) = answer.failed().iter().find(|entry| entry.sender_fault()) {
        return Err(SendError::Refused {
            code: refused.code().to_owned(),
        });
    }
    pending.retain(|entry| {
        !answer
            .successful()
            .iter()
            .any(|success| success.id() == entry.id())
    });
    Ok((!pending.is_empty()).then(|| SendError::Undelivered {
        messages: pending.len(),
        code: answer
            .failed()
            .first()
            .map_or("not acknowledged", |entry| entry.code())
            .to_owned(),
    }))
}
