//! A batch of messages of an Amazon SQS queue, of which each succeeds or fails by itself.

use std::error::Error;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::{Chain, Failure};

/// What an invocation may spend: two seconds less than the timeout of ten that every such function
/// has, after which the whole batch would count as failed.
pub const TIME_BUDGET: Duration = Duration::from_secs(8);

/// Messages that are taken at once; an event source sends ten at most.
const IN_FLIGHT: usize = 10;

/// A payload that no event source mapping of a queue sent. The JSON library's error is not kept: it
/// may quote the payload.
#[derive(Debug, thiserror::Error)]
#[error("The event is not a batch of Amazon SQS messages with messageId and body.")]
struct NotAnSqsEvent;

#[derive(Debug, thiserror::Error)]
#[error("The invocation's time was spent before the message was carried out.")]
struct OutOfTime;

/// Takes the body of every message, and answers which messages failed (`ReportBatchItemFailures`),
/// so that only those return to the queue. One that fails every time ends in the dead-letter queue.
///
/// # Errors
/// `NotAnSqsEvent` for a payload of another kind.
pub async fn take_each<E: Error + 'static>(
    payload: Value,
    take: impl AsyncFn(&str) -> Result<(), E>,
) -> Result<SqsBatchResponse, Failure> {
    let messages = messages(payload)?;
    let deadline = Instant::now() + TIME_BUDGET;
    let failed: Vec<_> = stream::iter(&messages)
        .map(
            async |(id, body)| match timeout_at(deadline, take(body)).await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(returned(id, &error)),
                Err(_) => Some(returned(id, &OutOfTime)),
            },
        )
        .buffered(IN_FLIGHT)
        .filter_map(async |failed| failed)
        .collect()
        .await;
    tracing::info!(
        messages = messages.len(),
        failed = failed.len(),
        "A batch of messages was taken."
    );
    let mut response = SqsBatchResponse::default();
    response.set_failures(failed);
    Ok(response)
}

/// Logs why a message returns to the queue, once, and answers its id.
pub fn returned(message_id: &str, error: &(dyn Error + 'static)) -> String {
    tracing::warn!(
        message_id,
        error = %Chain(error),
        "A message was not carried out and returns to the queue."
    );
    message_id.to_owned()
}

/// The id and the body of each message, for a function that takes several together. A message that
/// lacks one could not be reported.
///
/// # Errors
/// `NotAnSqsEvent` for a payload of another kind.
pub fn messages(payload: Value) -> Result<Vec<(String, String)>, Failure> {
    let event: Option<SqsEvent> = serde_json::from_value(payload).ok();
    let messages = event.and_then(|event| {
        let messages = event.records.into_iter();
        messages
            .map(|message| Some((message.message_id?, message.body?)))
            .collect()
    });
    messages.ok_or_else(|| Failure::new("NotAnSqsEvent", NotAnSqsEvent))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use serde_json::json;

    use super::*;

    async fn take(body: &str) -> Result<(), OutOfTime> {
        match body {
            "good" => Ok(()),
            "slow" => std::future::pending().await,
            _ => Err(OutOfTime),
        }
    }

    fn batch(bodies: &[&str]) -> Value {
        let records = (1..).zip(bodies);
        let records =
            records.map(|(id, body)| json!({"messageId": format!("m{id}"), "body": body}));
        json!({"Records": records.collect::<Vec<_>>()})
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_fails_or_takes_too_long_returns_and_no_other() {
        let payload = batch(&["good", "bad", "slow", "good"]);
        let response = take_each(payload, take).await.unwrap();
        assert_eq!(
            serde_json::to_value(response).unwrap(),
            json!({"batchItemFailures": [{"itemIdentifier": "m2"}, {"itemIdentifier": "m3"}]})
        );
    }

    #[tokio::test]
    async fn no_failure_is_an_empty_list() {
        let response = take_each(batch(&["good"]), take).await.unwrap();
        assert_eq!(
            serde_json::to_string(&response).unwrap(),
            r#"{"batchItemFailures":[]}"#
        );
    }

    #[tokio::test]
    async fn a_payload_without_records_ids_or_bodies_is_refused_and_not_quoted() {
        for payload in [
            json!({}),
            json!(null),
            json!([]),
            json!({"Records": "SECRET"}),
            json!({"Records": [{"body": "SECRET"}]}),
            json!({"Records": [{"messageId": "SECRET"}]}),
            json!({"Records": [{"s3": {"object": {"key": "SECRET"}}}]}),
        ] {
            let taken = take_each(payload, async |_: &str| Ok::<_, Infallible>(())).await;
            let failure = taken.unwrap_err();
            assert_eq!(failure.error_type(), "NotAnSqsEvent");
            assert!(!format!("{failure:?}").contains("SECRET"));
        }
    }
}
