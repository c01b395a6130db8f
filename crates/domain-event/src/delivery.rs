//! One batch on its way, until the bus has acknowledged every entry of it.

use std::time::Duration;

use aws_sdk_eventbridge::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::put_events::{PutEventsError, PutEventsOutput},
    types::PutEventsRequestEntry,
};

use crate::PublishError;

/// Calls for one batch. With the pauses between them they last some three seconds at most,
/// besides the calls themselves and the attempts that the SDK makes within each.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(1600);

/// Publishes `pending` (at most ten entries). Amazon EventBridge answers 200 to a call whose
/// entries failed one by one; only those are published again.
///
/// # Errors
/// As [`PublishError`] says. Some of the entries may be on the bus then.
pub(crate) async fn deliver(
    client: &Client,
    mut pending: Vec<PutEventsRequestEntry>,
) -> Result<(), PublishError> {
    let mut attempt = 1;
    loop {
        let call = client.put_events().set_entries(Some(pending.clone()));
        let failure = match call.send().await {
            Ok(answer) => match unacknowledged(&mut pending, &answer)? {
                None => return Ok(()),
                Some(failure) => failure,
            },
            Err(error) if is_passing(&error) => PublishError::Call(Box::new(error)),
            Err(error) => return Err(PublishError::Call(Box::new(error))),
        };
        if attempt == ATTEMPTS {
            return Err(failure);
        }
        tokio::time::sleep(pause_after(attempt)).await;
        attempt += 1;
    }
}

/// Leaves in `pending` what has to be published again: every entry that the answer gives no event
/// id, be it with an error code or without. The answer lists entries in the order of the request.
fn unacknowledged(
    pending: &mut Vec<PutEventsRequestEntry>,
    answer: &PutEventsOutput,
) -> Result<Option<PublishError>, PublishError> {
    let results = answer.entries();
    let codes: Vec<_> = results
        .iter()
        .filter_map(|result| result.error_code())
        .collect();
    if let Some(code) = codes.iter().find(|code| !is_passing_code(code)) {
        return Err(PublishError::Refused {
            code: (*code).to_owned(),
        });
    }
    let mut results = results.iter();
    pending.retain(|_| {
        results
            .next()
            .is_none_or(|result| result.event_id().is_none())
    });
    Ok((!pending.is_empty()).then(|| PublishError::Unpublished {
        events: pending.len(),
        code: codes
            .first()
            .copied()
            .unwrap_or("not acknowledged")
            .to_owned(),
    }))
}

/// Whether the same entry may be taken later (user guide, "Handling failures with `PutEvents`").
fn is_passing_code(code: &str) -> bool {
    code.contains("Throttl") || code.starts_with("Internal")
}

/// Whether the same call may succeed later: the network, a server's error, a throttle.
fn is_passing(error: &SdkError<PutEventsError>) -> bool {
    match error {
        SdkError::ServiceError(context) => {
            context.raw().status().is_server_error()
                || context.err().code().is_some_and(is_passing_code)
        }
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            true
        }
        _ => false,
    }
}

/// Twice as long after every attempt, and random in its upper half, so that throttled publishers
/// do not come back together.
fn pause_after(attempt: u32) -> Duration {
    let longest = LONGEST_PAUSE.min(FIRST_PAUSE * 2_u32.saturating_pow(attempt - 1));
    longest.mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_never_less_than_half() {
        for (attempt, longest) in [(1, 100), (2, 200), (5, 1600), (6, 1600), (99, 1600)] {
            let longest = Duration::from_millis(longest);
            let pause = pause_after(attempt);
            assert!(
                longest / 2 <= pause && pause <= longest,
                "{attempt}: {pause:?}"
            );
        }
    }
}
