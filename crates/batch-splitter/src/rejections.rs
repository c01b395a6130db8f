//! The rejections of one upload on their way to the table and to the event bus.

use std::sync::Arc;

use domain_event::{Detail, Event, EventBus, TransactionRejected};
use jiff::Timestamp;
use partner::PartnerId;
use rejection::{Recorded, Rejection, RejectionId, RejectionsTable};
use tokio::task::JoinSet;
use transaction::{TransactionId, UploadId};

use crate::{Adapters, error::SplitError};

/// Rejections that are announced in one call, as many as a `PutEvents` takes.
const GROUP: usize = 10;

/// Groups under way at once. A file whose every transaction is bad is as long as any other.
const IN_FLIGHT: usize = 16;

/// One transaction that is not taken.
#[derive(Debug)]
pub(crate) struct NotTaken {
    /// Its place in the file, from 1.
    pub(crate) ordinal: u64,
    /// Its id as it stands in the file, if it has one.
    pub(crate) id: Option<String>,
    /// Where it begins in the file, from 1.
    pub(crate) line: u64,
    /// In capitals, for programs.
    pub(crate) code: &'static str,
    /// A sentence for the partner, which quotes nothing of the file.
    pub(crate) reason: String,
}

/// Records and announces the rejections of one upload, several at once.
#[derive(Debug)]
pub(crate) struct RejectionRecorder {
    destination: Arc<Destination>,
    group: Vec<NotTaken>,
    groups: JoinSet<Result<u64, SplitError>>,
    recorded: u64,
}

/// Where rejections go, and what those of one upload have in common.
#[derive(Debug)]
struct Destination {
    table: RejectionsTable,
    events: EventBus,
    partner: PartnerId,
    upload: UploadId,
    rejected_at: String,
}

impl RejectionRecorder {
    pub(crate) fn new(adapters: &Adapters, partner: &PartnerId, upload: &UploadId) -> Self {
        Self {
            destination: Arc::new(Destination {
                table: adapters.rejections.clone(),
                events: adapters.events.clone(),
                partner: partner.clone(),
                upload: upload.clone(),
                rejected_at: format!("{:.3}", Timestamp::now()),
            }),
            group: Vec::with_capacity(GROUP),
            groups: JoinSet::new(),
            recorded: 0,
        }
    }

    /// Takes one rejection; waits while sixteen groups are under way. The error may be of an
    /// earlier one.
    pub(crate) async fn push(&mut self, not_taken: NotTaken) -> Result<(), SplitError> {
        self.group.push(not_taken);
        if self.group.len() == GROUP {
            if self.groups.len() == IN_FLIGHT {
                self.settle_one().await?;
            }
            self.spawn_group();
        }
        Ok(())
    }

    /// Waits for the rest and returns how many rejections are recorded and announced now.
    pub(crate) async fn finish(mut self) -> Result<u64, SplitError> {
        self.spawn_group();
        while !self.groups.is_empty() {
            self.settle_one().await?;
        }
        Ok(self.recorded)
    }

    fn spawn_group(&mut self) {
        let group = std::mem::take(&mut self.group);
        let destination = Arc::clone(&self.destination);
        self.groups
            .spawn(async move { destination.take(group).await });
    }

    async fn settle_one(&mut self) -> Result<(), SplitError> {
        if let Some(settled) = self.groups.join_next().await {
            self.recorded += settled.expect("a group neither panics nor is aborted")?;
        }
        Ok(())
    }
}

impl Destination {
    /// Records every rejection of the group, then announces them. A failure in between leaves
    /// records without their events; the repeated invocation comes to both again.
    async fn take(&self, group: Vec<NotTaken>) -> Result<u64, SplitError> {
        let count = group.len() as u64;
        let mut events = Vec::with_capacity(group.len());
        for not_taken in group {
            let rejection = self.rejection(&not_taken);
            let recorded = self.table.record(&rejection).await?;
            tracing::warn!(
                upload_id = self.upload.as_str(),
                ordinal = not_taken.ordinal,
                line = not_taken.line,
                code = recorded.code,
                reason = recorded.reason,
                "A transaction was rejected."
            );
            events.push(self.event(&not_taken, recorded));
        }
        self.events.publish(&events).await?;
        Ok(count)
    }

    fn rejection(&self, not_taken: &NotTaken) -> Rejection {
        Rejection {
            partner: self.partner.clone(),
            rejection_id: RejectionId::of_upload(&self.upload, not_taken.ordinal),
            transaction_id: not_taken.id.clone(),
            line: Some(not_taken.line),
            code: not_taken.code.to_owned(),
            reason: not_taken.reason.clone(),
            rejected_at: self.rejected_at.clone(),
        }
    }

    /// The event says what the record says, which an earlier invocation may have made. An id that
    /// breaks an id's limits stands in the record alone.
    fn event(&self, not_taken: &NotTaken, recorded: Recorded) -> Event {
        let id = not_taken.id.as_deref();
        Event {
            partner: self.partner.clone(),
            detail: Detail::TransactionRejected(TransactionRejected {
                rejection_id: RejectionId::of_upload(&self.upload, not_taken.ordinal)
                    .as_str()
                    .to_owned(),
                transaction_id: id.and_then(|id| TransactionId::parse(id).ok()),
                code: recorded.code,
                upload_id: Some(self.upload.clone()),
                ordinal: Some(not_taken.ordinal),
                rejected_at: recorded.rejected_at,
            }),
        }
    }
}
