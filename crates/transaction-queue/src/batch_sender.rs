//! A sender of many transactions, in batches that are under way side by side.

use tokio::task::JoinSet;

use crate::{
    QueuedTransaction, SendError, TransactionQueue,
    batch::{Batch, MAX_BYTES},
    delivery::deliver,
};

/// Calls under way at once. More gain nothing on the one core that a function has, and each may
/// hold a batch of one mebibyte.
const IN_FLIGHT: usize = 16;

/// Puts transactions on the queue, ten to a call, up to sixteen calls at once, in no order.
///
/// Dropped before [`BatchSender::finish`], it abandons what is under way.
pub struct BatchSender {
    queue: TransactionQueue,
    batch: Batch,
    calls: JoinSet<Result<u64, SendError>>,
    sent: u64,
}

impl BatchSender {
    pub(crate) fn new(queue: TransactionQueue) -> Self {
        Self {
            queue,
            batch: Batch::default(),
            calls: JoinSet::new(),
            sent: 0,
        }
    }

    /// Takes one transaction; waits while sixteen calls are under way.
    ///
    /// # Errors
    /// [`SendError`] of this or of an earlier transaction. The sender is of no use afterwards:
    /// the whole upload has to be sent again.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub async fn push(&mut self, transaction: &QueuedTransaction) -> Result<(), SendError> {
        let body = transaction.to_json();
        if body.len() > MAX_BYTES {
            return Err(SendError::TooLarge { bytes: body.len() });
        }
        match self.batch.push(body) {
            Some(full) => self.dispatch(full).await,
            None => Ok(()),
        }
    }

    /// Sends what is left and returns how many transactions now stand on the queue.
    ///
    /// # Errors
    /// [`SendError`] of any transaction pushed before.
    pub async fn finish(mut self) -> Result<u64, SendError> {
        let rest = self.batch.take();
        if !rest.is_empty() {
            self.dispatch(rest).await?;
        }
        while !self.calls.is_empty() {
            self.settle_one().await?;
        }
        Ok(self.sent)
    }

    async fn dispatch(&mut self, bodies: Vec<String>) -> Result<(), SendError> {
        if self.calls.len() == IN_FLIGHT {
            self.settle_one().await?;
        }
        self.calls.spawn(deliver(self.queue.clone(), bodies));
        Ok(())
    }

    async fn settle_one(&mut self) -> Result<(), SendError> {
        if let Some(settled) = self.calls.join_next().await {
            self.sent += settled.expect("a delivery neither panics nor is aborted")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
