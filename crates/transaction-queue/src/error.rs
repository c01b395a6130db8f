//! What can keep a message from the queue.

use aws_sdk_sqs::{
    error::SdkError,
    operation::{send_message::SendMessageError, send_message_batch::SendMessageBatchError},
};

/// A message that did not reach the queue, or may not have. No text holds any of the message.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// `SendMessage` failed, after the SDK's own attempts.
    #[error("The transaction could not be put on the queue")]
    Message(#[source] Box<SdkError<SendMessageError>>),
    /// `SendMessageBatch` failed as a whole, for good or at every attempt.
    #[error("A batch of transactions could not be put on the queue")]
    Batch(#[source] Box<SdkError<SendMessageBatchError>>),
    /// The queue refused an entry and says that the sender is at fault, so that a repeat is vain.
    #[error("The queue refused a transaction ({code}).")]
    Refused {
        /// The reason, as Amazon SQS names it.
        code: String,
    },
    /// Some entries of a batch failed at every attempt.
    #[error("{messages} transactions of a batch could not be put on the queue ({code}).")]
    Undelivered {
        /// How many were not acknowledged.
        messages: usize,
        /// The reason of the last attempt, as Amazon SQS names it.
        code: String,
    },
    /// The message is larger than any that Amazon SQS takes.
    #[error("The message of {bytes} bytes is larger than the queue takes.")]
    TooLarge {
        /// Its size as JSON.
        bytes: usize,
    },
}
