//! One batch on its way, until the bus has acknowledged every entry of it.

use std::time::Duration;

use aws_sdk_eventbridge::{
    Client, operation::put_events::PutEventsOutput, types::PutEventsRequestEntry,
};
use backon::{BackoffBuilder, ExponentialBuilder};

use crate::PublishError;

/// The pauses before failed entries are published again: six calls in all. The jitter at most
/// doubles a pause, so that throttled publishers do not come back together.
const PAUSES: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(50))
    .with_max_delay(Duration::from_millis(800))
    .with_max_times(5)
    .with_jitter();

/// Publishes `pending` (at most ten entries). Amazon EventBridge answers 200 to a call whose
/// entries failed one by one; only those are published again. A call that fails as a whole is the
/// client's to repeat.
///
/// # Errors
/// As [`PublishError`] says. Some of the entries may be on the bus then.
pub(crate) async fn deliver(
    client: &Client,
    mut pending: Vec<PutEventsRequestEntry>,
) -> Result<(), PublishError> {
    let mut pauses = PAUSES.build();
    loop {
        let call = client.put_events().set_entries(Some(pending.clone()));
        let answer = call.send().await;
        let answer = answer.map_err(|error| PublishError::Call(Box::new(error)))?;
        let Some(failure) = unacknowledged(&mut pending, &answer)? else {
            return Ok(());
        };
        tokio::time::sleep(pauses.next().ok_or(failure)?).await;
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
