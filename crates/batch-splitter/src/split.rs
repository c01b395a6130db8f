//! The two passes over one upload.

use std::time::Instant;

use domain_event::{Detail, Event, UploadReceived, UploadRejected};
use jiff::Timestamp;
use partner::PartnerId;
use rejection::{Rejection, RejectionId};
use transaction::UploadId;

use crate::{
    Adapters, Refused, Summary,
    check::{Checked, check},
    error::SplitError,
    rejections::RejectionRecorder,
    send::{Upload, send},
    upload_event::UploadedObject,
};

/// Checks the object, then sends its transactions or records why the whole file is refused. What
/// became of the file is announced, again at every repetition, under the same event id.
/// Both passes read the same pinned bytes, each on a thread that may block.
pub(crate) async fn split(
    adapters: &Adapters,
    partner: PartnerId,
    object: UploadedObject,
) -> Result<Summary, SplitError> {
    let begun = Instant::now();
    let event_time = object.time;
    let object = adapters.uploads.pin(object).await?;
    let key = object.key.clone();
    let first_pass = adapters.uploads.read(object.clone());
    let checked = blocking(|| check(first_pass)).await?;
    let upload = Upload {
        id: UploadId::derive(partner.as_str(), &checked.sha256),
        partner,
        sha256: checked.sha256,
        received_at: received_at(event_time, &checked),
    };
    let summary = if let Some(refused) = checked.refused {
        refuse(adapters, upload, key, refused).await?
    } else {
        announce_receipt(adapters, &upload, key, checked.size).await?;
        let second_pass = adapters.uploads.read(object);
        let sender = adapters.queue.batch_sender();
        let recorder = RejectionRecorder::new(adapters, &upload.partner, &upload.id);
        blocking(move || send(upload, second_pass, sender, recorder)).await?
    };
    log(&summary, begun);
    Ok(summary)
}

/// The event's time, else the object's. Amazon S3 always tells the latter.
fn received_at(event_time: Option<Timestamp>, checked: &Checked) -> String {
    event_time
        .or(checked.last_modified)
        .unwrap_or_else(Timestamp::now)
        .to_string()
}

/// The event comes before those of the upload's transactions, as far as the bus keeps an order.
async fn announce_receipt(
    adapters: &Adapters,
    upload: &Upload,
    key: String,
    size: u64,
) -> Result<(), SplitError> {
    let received = UploadReceived {
        upload_id: upload.id.clone(),
        key,
        size,
        received_at: upload.received_at.clone(),
    };
    announce(adapters, &upload.partner, Detail::UploadReceived(received)).await
}

/// A refused file is an answer and no error: repeating cannot help. It is recorded in the place of
/// a transaction before the first, and announced once the record stands.
async fn refuse(
    adapters: &Adapters,
    upload: Upload,
    key: String,
    refused: Refused,
) -> Result<Summary, SplitError> {
    let rejected_at = format!("{:.3}", Timestamp::now());
    let rejection = Rejection {
        partner: upload.partner.clone(),
        rejection_id: RejectionId::of_upload(&upload.id, 0),
        transaction_id: None,
        line: refused.line,
        code: refused.code.to_owned(),
        reason: refused.reason.clone(),
        rejected_at: rejected_at.clone(),
    };
    adapters.rejections.record(&rejection).await?;
    let rejected = UploadRejected {
        upload_id: upload.id.clone(),
        key,
        code: refused.code.to_owned(),
        line: refused.line,
        column: refused.column,
        rejected_at,
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
    let Summary::Upload {
        upload_id,
        partner_id,
        accepted,
        rejected,
        refused,
    } = summary
    else {
        return;
    };
    tracing::info!(
        upload_id = upload_id.as_ref().map(UploadId::as_str),
        partner_id = partner_id.as_str(),
        accepted,
        rejected,
        refused = refused.as_ref().map(|refused| refused.code),
        duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        "An upload was read to its end."
    );
}
