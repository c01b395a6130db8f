//! One batch on its way, until the queue has acknowledged every entry of it.

use std::time::Duration;

use aws_sdk_sqs::{
    error::{ProvideErrorMetadata, SdkError},
    operation::send_message_batch::{SendMessageBatchError, SendMessageBatchOutput},
    types::SendMessageBatchRequestEntry,
};

use crate::{SendError, TransactionQueue};

/// Calls for one batch. With the pauses between them they last some ten seconds at most, besides
/// the calls themselves and the attempts that the SDK makes within each.
const ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(3200);

/// Sends `bodies` (at most ten) and returns their number once all of them stand on the queue.
///
/// Amazon SQS answers 200 to a call whose entries failed one by one; only those are sent again.
///
/// # Errors
/// As [`SendError`] says. Some of the entries may stand on the queue then.
pub(crate) async fn deliver(
    queue: TransactionQueue,
    bodies: Vec<String>,
) -> Result<u64, SendError> {
    let mut pending = entries(bodies)?;
    let sent = pending.len() as u64;
    let mut attempt = 1;
    loop {
        let failure = match call(&queue, pending.clone()).await {
            Ok(answer) => match unacknowledged(&mut pending, &answer)? {
                None => return Ok(sent),
                Some(failure) => failure,
            },
            Err(error) if is_passing(&error) => SendError::Batch(Box::new(error)),
            Err(error) => return Err(SendError::Batch(Box::new(error))),
        };
        if attempt == ATTEMPTS {
            return Err(failure);
        }
        tokio::time::sleep(pause_after(attempt)).await;
        attempt += 1;
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

/// Whether the same call may succeed later: the network, a server's error, a throttle.
fn is_passing(error: &SdkError<SendMessageBatchError>) -> bool {
    match error {
        SdkError::ServiceError(context) => {
            context.raw().status().is_server_error()
                || context
                    .err()
                    .code()
                    .is_some_and(|code| code.contains("Throttl"))
        }
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            true
        }
        _ => false,
    }
}

/// Twice as long after every attempt, and random in its upper half, so that sixteen throttled
/// calls do not come back as sixteen at once.
fn pause_after(attempt: u32) -> Duration {
    let longest = LONGEST_PAUSE.min(FIRST_PAUSE * 2_u32.saturating_pow(attempt - 1));
    longest.mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_never_less_than_half() {
        for (attempt, longest) in [
            (1, 100),
            (2, 200),
            (3, 400),
            (6, 3200),
            (7, 3200),
            (99, 3200),
        ] {
            let longest = Duration::from_millis(longest);
            let pause = pause_after(attempt);
            assert!(
                longest / 2 <= pause && pause <= longest,
                "{attempt}: {pause:?}"
            );
        }
    }
}
