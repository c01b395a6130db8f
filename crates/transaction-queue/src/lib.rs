//! The message that intake and trigger agree on, and batches of it on Amazon SQS.
//!
//! The queue delivers at least once and in no order. A sender may send the same transaction again
//! after a failure; the trigger names its executions so that a repeat starts nothing new.

#[cfg(feature = "aws")]
mod batch;
#[cfg(feature = "aws")]
mod batch_sender;
#[cfg(feature = "aws")]
mod delivery;
#[cfg(feature = "aws")]
mod error;
mod invalid;
#[cfg(feature = "aws")]
mod queue;
mod queued_transaction;
mod received_at;

#[cfg(feature = "aws")]
pub use batch_sender::BatchSender;
#[cfg(feature = "aws")]
pub use error::SendError;
pub use invalid::InvalidQueuedTransaction;
#[cfg(feature = "aws")]
pub use queue::TransactionQueue;
pub use queued_transaction::QueuedTransaction;

#[cfg(test)]
mod samples;
