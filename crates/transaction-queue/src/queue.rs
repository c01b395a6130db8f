//! The transaction queue, as its senders see it.

use aws_sdk_sqs::Client;

use crate::{BatchSender, QueuedTransaction, SendError};

/// The queue between intake and trigger. A clone shares its connections.
#[derive(Debug, Clone)]
pub struct TransactionQueue {
    pub(crate) client: Client,
    pub(crate) url: String,
}

impl TransactionQueue {
    /// The queue at `queue_url`.
    #[must_use]
    pub fn new(client: Client, queue_url: String) -> Self {
        Self {
            client,
            url: queue_url,
        }
    }

    /// Puts one transaction on the queue. It stands there once this returns.
    ///
    /// # Errors
    /// [`SendError::Message`] after the SDK's own attempts. The transaction may still have reached
    /// the queue: an answer can be lost.
    pub async fn send(&self, transaction: &QueuedTransaction) -> Result<(), SendError> {
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_body(transaction.to_json())
            .send()
            .await
            .map_err(|error| SendError::Message(Box::new(error)))?;
        Ok(())
    }

    /// A sender of many transactions.
    #[must_use]
    pub fn batch_sender(&self) -> BatchSender {
        BatchSender::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::{
        operation::send_message::{SendMessageError, SendMessageOutput},
        types::error::QueueDoesNotExist,
    };
    use aws_smithy_mocks::{mock, mock_client};

    use super::*;
    use crate::samples;

    const URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/transactions";

    #[tokio::test]
    async fn a_transaction_is_sent_as_its_json() {
        let rule = mock!(Client::send_message)
            .match_requests(|request| {
                request.queue_url() == Some(URL)
                    && request.message_body() == Some(&samples::from_request("12").to_json())
            })
            .then_output(|| SendMessageOutput::builder().message_id("m").build());
        let queue = TransactionQueue::new(mock_client!(aws_sdk_sqs, [&rule]), URL.to_owned());
        queue.send(&samples::from_request("12")).await.unwrap();
        assert_eq!(rule.num_calls(), 1);
    }

    #[tokio::test]
    async fn a_failed_call_is_an_error_that_names_its_cause() {
        let rule = mock!(Client::send_message).then_error(|| {
            SendMessageError::QueueDoesNotExist(QueueDoesNotExist::builder().build())
        });
        let queue = TransactionQueue::new(mock_client!(aws_sdk_sqs, [&rule]), URL.to_owned());
        let error = queue.send(&samples::from_request("12")).await.unwrap_err();
        let SendError::Message(cause) = error else {
            panic!("{error:?}");
        };
        assert!(cause.into_service_error().is_queue_does_not_exist());
    }
}
