//! The second pass: every good transaction goes to the queue, every other to the rejections.

use partner::PartnerId;
use tokio::runtime::Handle;
use transaction::{
    Transaction, UploadId,
    xml::{Refusal, Rejected, TransactionReader},
};
use transaction_queue::{BatchSender, QueuedTransaction};

use crate::{
    error::SplitError,
    hashing_reader::HashingReader,
    object_reader::{ObjectError, ObjectReader},
    rejections::{NotTaken, RejectionRecorder},
};

/// What the first pass learned of an upload.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) id: UploadId,
    pub(crate) partner: PartnerId,
    pub(crate) sha256: [u8; 32],
    /// RFC 3339 in UTC.
    pub(crate) received_at: String,
}

/// How many transactions went where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
}

/// Sends the transactions of a checked object. Blocks; the runtime drives the calls meanwhile.
///
/// # Errors
/// Any failure ends the pass. A part of the transactions may be on the queue then; the repeated
/// invocation sends them again under the same names, which start nothing new.
pub(crate) fn send(
    upload: &Upload,
    object: ObjectReader,
    mut sender: BatchSender,
    mut recorder: RejectionRecorder,
) -> Result<Sent, SplitError> {
    let runtime = Handle::current();
    let mut bytes = HashingReader::new(object);
    for entry in TransactionReader::new(&mut bytes) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(Refusal::Io(error)) => return Err(bytes.into_inner().failure(error).into()),
            // The first pass found the file well-formed.
            Err(Refusal::File { .. }) => return Err(ObjectError::Different.into()),
        };
        match entry.outcome {
            Ok(transaction) => {
                let queued = queued(upload, entry.ordinal, transaction);
                runtime.block_on(sender.push(&queued))?;
            }
            Err(rejected) => {
                runtime.block_on(recorder.push(not_taken(entry.ordinal, entry.line, rejected)))?;
            }
        }
    }
    if bytes.finish().0 != upload.sha256 {
        return Err(ObjectError::Different.into());
    }
    Ok(Sent {
        accepted: runtime.block_on(sender.finish())?,
        rejected: runtime.block_on(recorder.finish())?,
    })
}

fn queued(upload: &Upload, ordinal: u64, transaction: Transaction) -> QueuedTransaction {
    QueuedTransaction {
        id: transaction.id,
        transaction_message: transaction.message,
        partner: upload.partner.clone(),
        upload_id: Some(upload.id.clone()),
        ordinal: Some(ordinal),
        received_at: upload.received_at.clone(),
    }
}

fn not_taken(ordinal: u64, line: u64, rejected: Rejected) -> NotTaken {
    NotTaken {
        ordinal,
        line,
        id: rejected.id,
        code: rejected.reason.code(),
        reason: rejected.reason.to_string(),
    }
}
