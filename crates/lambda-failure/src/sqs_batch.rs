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
    let count = messages.len();
    let groups = messages.into_iter().map(|(id, body)| (vec![id], body));
    let failed = take_groups(groups, async |body: String| take(&body).await).await;
    Ok(response(count, failed))
}

/// Takes groups of messages, each of which succeeds or fails as one, side by side, and answers the
/// ids of the messages that failed. What is not done within [`TIME_BUDGET`] from now has failed.
pub async fn take_groups<G, E: Error + 'static>(
    groups: impl IntoIterator<Item = (Vec<String>, G)>,
    take: impl AsyncFn(G) -> Result<(), E>,
) -> Vec<String> {
    let deadline = Instant::now() + TIME_BUDGET;
    let failed = stream::iter(groups)
        .map(
            async |(ids, group)| match timeout_at(deadline, take(group)).await {
                Ok(Ok(())) => Vec::new(),
                Ok(Err(error)) => all_returned(&ids, &error),
                Err(_) => all_returned(&ids, &OutOfTime),
            },
        )
        .buffered(IN_FLIGHT);
    failed.concat().await
}

/// The answer for a batch of `messages`, of which those with the ids `failed` return.
#[must_use]
pub fn response(messages: usize, failed: Vec<String>) -> SqsBatchResponse {
    let number = failed.len();
    tracing::info!(messages, failed = number, "A batch of messages was taken.");
    let mut response = SqsBatchResponse::default();
    response.set_failures(failed);
    response
}

fn all_returned(ids: &[String], error: &(dyn Error + 'static)) -> Vec<String> {
    ids.iter().map(|id| returned(id, error)).collect()
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
