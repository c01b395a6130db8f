//! The topic that the external system is subscribed to.

use aws_sdk_sns::{Client, error::SdkError, operation::publish::PublishError};
use callback_task::CallbackTaskKey;
use serde::Serialize;
use serde_json::Value;

/// A topic of Amazon SNS.
#[derive(Clone, Debug)]
pub struct Topic {
    client: Client,
    arn: String,
}

/// What the external system reads. Amazon SNS takes 256 KiB, which is as much as the state that
/// this comes from may hold.
#[derive(Serialize)]
struct Message<'a> {
    order_id: &'a str,
    task_type: &'a str,
    payload: &'a Value,
}

/// `Publish` failed after its retries.
#[derive(Debug, thiserror::Error)]
#[error("The task's payload could not be published")]
pub struct NotPublished(#[source] Box<SdkError<PublishError>>);

impl Topic {
    /// The topic of that ARN, reached through `client`.
    #[must_use]
    pub fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// Publishes `{"order_id","task_type","payload"}`. A repetition publishes it again.
    ///
    /// # Errors
    /// [`NotPublished`].
    ///
    /// # Panics
    /// Never: strings and JSON values always serialise.
    pub async fn publish(
        &self,
        key: &CallbackTaskKey,
        payload: &Value,
    ) -> Result<(), NotPublished> {
        let message = Message {
            order_id: key.order_id(),
            task_type: key.task_type(),
            payload,
        };
        let message = serde_json::to_string(&message).expect("strings and JSON values serialise");
        let call = self.client.publish().topic_arn(&self.arn).message(message);
        let published = call.send().await;
        published
            .map(drop)
            .map_err(|error| NotPublished(Box::new(error)))
    }
}
