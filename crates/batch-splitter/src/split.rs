//! The two passes over one upload.

use std::time::Instant;

use domain_event::{Detail, Event, UploadReceived, UploadRejected};
use jiff::Timestamp;
use partner::PartnerId;
use rejection::{Rejection, RejectionId};
use transaction::UploadId;
use upload_ledger::{NewUpload, SettleError, Standing, Status};

use crate::{
    Adapters, Refused, Summary,
    check::{Checked, check},
    error::SplitError,
    object_reader::ObjectReader,
    rejections::RejectionRecorder,
    send::{Upload, send},
    upload_event::UploadedObject,
    uploads_bucket::{Pin, PinnedObject},
};

/// Checks the object, then sends its transactions or records why the whole file is refused. What
/// became of the file is announced, again at every repetition, as it was the first time. A file whose
/// bytes were split before, under whatever name, starts nothing, and is refused no more.
/// Both passes read the same pinned bytes, each on a thread that may block.
pub(crate) async fn split(
    adapters: &Adapters,
    partner: PartnerId,
    object: UploadedObject,
) -> Result<Summary, SplitError> {
    let begun = Instant::now();
    let event_time = object.time;
    let object = adapters.uploads.pin(object).await?;
    let first_pass = adapters.uploads.read(object.clone());
    let checked = blocking(|| check(first_pass)).await?;
    let upload = Upload {
        id: UploadId::derive(partner.as_str(), &checked.sha256),
        partner,
        sha256: checked.sha256,
        received_at: received_at(event_time, &checked),
    };
    let entry = ledger_entry(&upload, &object, &checked);
    let standing = adapters.ledger.receive(&entry).await?;
    let summary = match (standing.status, checked.refused) {
        (Status::Split | Status::Completed, _) => {
            tracing::info!(
                upload_id = upload.id.as_str(),
                "The bytes were split before and start nothing."
            );
            settle(adapters, &upload.id).await?;
            let rejected = standing.transactions.saturating_sub(standing.accepted);
            Summary::taken(upload.id, upload.partner, standing.accepted, rejected)
        }
        (_, Some(refused)) => refuse(adapters, upload, standing.key, refused).await?,
        (_, None) => {
            announce_received(adapters, &upload, standing, checked.size).await?;
            let second_pass = adapters.uploads.read(object);
            send_all(adapters, upload, second_pass).await?
        }
    };
    log(&summary, begun);
    Ok(summary)
}

/// The second pass, and its end in the ledger.
async fn send_all(
    adapters: &Adapters,
    upload: Upload,
    object: ObjectReader,
) -> Result<Summary, SplitError> {
    let sender = adapters.queue.batch_sender();
    let recorder = RejectionRecorder::new(adapters, &upload.partner, &upload.id);
    let of_pass = upload.clone();
    let sent = blocking(move || send(&of_pass, object, sender, recorder)).await?;
    let transactions = sent.accepted + sent.rejected;
    adapters
        .ledger
        .mark_split(&upload.id, sent.accepted, transactions, Timestamp::now())
        .await?;
    settle(adapters, &upload.id).await?;
    Ok(Summary::taken(
        upload.id,
        upload.partner,
        sent.accepted,
        sent.rejected,
    ))
}

/// The last transaction may have ended before the ledger knew that it was the last.
async fn settle(adapters: &Adapters, upload: &UploadId) -> Result<(), SettleError> {
    upload_ledger::settle(&adapters.ledger, &adapters.events, upload, Timestamp::now()).await
}

/// The entity tag is told with the bytes, whatever pins the object.
fn ledger_entry(upload: &Upload, object: &PinnedObject, checked: &Checked) -> NewUpload {
    let version_id = match &object.pin {
        Pin::Version(version) => Some(version.clone()),
        Pin::ETag(_) => None,
    };
    NewUpload {
        id: upload.id.clone(),
        partner: upload.partner.clone(),
        bucket: object.bucket.clone(),
        key: object.key.clone(),
        version_id,
        etag: checked.etag.clone(),
        size: checked.size,
        received_at: upload.received_at.clone(),
    }
}

/// The event's time, else the object's. Amazon S3 always tells the latter.
fn received_at(event_time: Option<Timestamp>, checked: &Checked) -> String {
    event_time
        .or(checked.last_modified)
        .unwrap_or_else(Timestamp::now)
        .to_string()
}

/// The event comes before those of the upload's transactions, as far as the bus keeps an order.
async fn announce_received(
    adapters: &Adapters,
    upload: &Upload,
    standing: Standing,
    size: u64,
) -> Result<(), SplitError> {
    let received = UploadReceived {
        upload_id: upload.id.clone(),
        key: standing.key,
        size,
        received_at: standing.received_at,
    };
    announce(adapters, &upload.partner, Detail::UploadReceived(received)).await
}

/// A refused file is an answer and no error: repeating cannot help. It is recorded in the place of
/// a transaction before the first, and announced as the record says once that stands.
async fn refuse(
    adapters: &Adapters,
    upload: Upload,
    key: String,
    refused: Refused,
) -> Result<Summary, SplitError> {
    let rejection = Rejection {
        partner: upload.partner.clone(),
        rejection_id: RejectionId::of_upload(&upload.id, 0),
        transaction_id: None,
        line: refused.line,
        code: refused.code.to_owned(),
        reason: refused.reason.clone(),
        rejected_at: format!("{:.3}", Timestamp::now()),
    };
    let recorded = adapters.rejections.record(&rejection).await?;
    let ledger = &adapters.ledger;
    ledger.reject(&upload.id, &recorded.rejected_at).await?;
    let rejected = UploadRejected {
        upload_id: upload.id.clone(),
        key,
        code: recorded.code,
        line: refused.line,
        column: refused.column,
        rejected_at: recorded.rejected_at,
    };
    announce(adapters, &upload.partner, Detail::UploadRejected(rejected)).await?;
    Ok(Summary::refused(Some(upload.id), upload.partner, refused))
}

async fn announce(
    adapters: &Adapters,
    partner: &PartnerId,
    detail: Detail,
) -> Result<(), SplitError> {
    let event = Event {
        partner: partner.clone(),
        detail,
    };
    Ok(adapters.events.publish(&[event]).await?)
}

/// Runs a pass where it may wait for bytes without holding up the calls under way.
async fn blocking<T: Send + 'static>(pass: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(pass).await {
        Ok(outcome) => outcome,
        // A pass is never aborted, so it panicked; the Lambda runtime reports that.
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

fn log(summary: &Summary, begun: Instant) {
    let refused = summary.refused.as_ref();
    tracing::info!(
        upload_id = summary.upload_id.as_ref().map(UploadId::as_str),
        partner_id = summary.partner_id.as_ref().map(PartnerId::as_str),
        accepted = summary.accepted,
        rejected = summary.rejected,
        refused = refused.map(|refused| refused.code),
        reason = refused.map(|refused| refused.logged_reason.as_str()),
        line = refused.and_then(|refused| refused.line),
        column = refused.and_then(|refused| refused.column),
        duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        "An upload was read to its end."
    );
}
