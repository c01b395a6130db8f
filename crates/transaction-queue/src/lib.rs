//! The message that intake and trigger agree on, and batches of it on Amazon SQS.
//!
//! The queue delivers at least once and in no order. A sender may send the same transaction again
//! after a failure; the trigger names its executions so that a repeat starts nothing new.

mod batch;
mod batch_sender;
mod delivery;
mod error;
mod queue;
mod queued_transaction;

pub use batch_sender::BatchSender;
pub use error::SendError;
pub use queue::TransactionQueue;
pub use queued_transaction::{InvalidQueuedTransaction, QueuedTransaction};

#[cfg(test)]
mod samples;
