//! Turns each notification of the asynchronous API's workflow into one log line.
//!
//! The line holds the notification's status and message and the size of its body. The body is a
//! payload, and is never logged.

use aws_lambda_events::event::sns::{SnsEvent, SnsMessage};
use lambda_failure::Failure;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

/// The longest message that is written, in characters; the workflow's own are a few words.
const LONGEST_MESSAGE: usize = 200;

/// A notification `{"status","message","body"}`, the body as its JSON text.
#[derive(Debug, Deserialize)]
struct Notification<'a> {
    status: u16,
    message: String,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// What was logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// Notifications of the workflow.
    pub notifications: usize,
    /// Messages that were something else.
    pub others: usize,
}

/// A payload that no topic sent.
#[derive(Debug, thiserror::Error)]
#[error("The event is not a delivery of Amazon SNS.")]
struct NotAnSnsEvent;

/// Logs every notification of the event. A message of another kind is logged as such and is no
/// error: anybody who may publish to the topic may publish anything.
///
/// # Errors
/// `NotAnSnsEvent`.
pub fn handle(payload: Value) -> Result<Logged, Failure> {
    let event: SnsEvent = serde_json::from_value(payload)
        .map_err(|_| Failure::new("NotAnSnsEvent", NotAnSnsEvent))?;
    let notifications = event
        .records
        .iter()
        .filter(|record| log(&record.sns))
        .count();
    Ok(Logged {
        notifications,
        others: event.records.len() - notifications,
    })
}

/// Whether the message is a notification of the workflow.
fn log(message: &SnsMessage) -> bool {
    let Ok(notification) = serde_json::from_str::<Notification>(&message.message) else {
        tracing::warn!(
            sns_message_id = message.message_id,
            bytes = message.message.len(),
            "A message is no notification."
        );
        return false;
    };
    let text: String = notification.message.chars().take(LONGEST_MESSAGE).collect();
    tracing::info!(
        sns_message_id = message.message_id,
        status = notification.status,
        notification = text,
        body_bytes = notification.body.get().len(),
        "A notification arrived."
    );
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(event: &str) -> Logged {
        handle(serde_json::from_str(event).unwrap()).unwrap()
    }

    #[test]
    fn a_success_and_a_failure_are_notifications() {
        for event in [
            include_str!("../../../events/notification-logger/success.json"),
            include_str!("../../../events/notification-logger/failure.json"),
        ] {
            assert_eq!(
                logged(event),
                Logged {
                    notifications: 1,
                    others: 0
                }
            );
        }
    }

    #[test]
    fn another_message_is_logged_and_is_no_error() {
        let event = include_str!("../../../events/notification-logger/other-message.json");
        assert_eq!(
            logged(event),
            Logged {
                notifications: 0,
                others: 1
            }
        );
    }

    #[test]
    fn another_payload_is_refused_by_name() {
        let failure = handle(serde_json::json!({"Records": 1})).unwrap_err();
        assert_eq!(failure.error_type(), "NotAnSnsEvent");
    }
}
