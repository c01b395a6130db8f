//! The end of an upload.

use domain_event::EventBus;
use jiff::Timestamp;
use transaction::UploadId;

use crate::{SettleError, UploadsTable};

/// Completes the upload if all its transactions have ended, and announces that. Whoever has changed
/// what the upload waits for calls this, at every repetition, too. The one who completes the upload
/// announces it; where that one died in between, the first who calls this half a minute later does,
/// under the same event id.
///
/// # Errors
/// [`SettleError`].
pub async fn settle(
    uploads: &UploadsTable,
    events: &EventBus,
    upload: &UploadId,
    now: Timestamp,
) -> Result<(), SettleError> {
    let Some(completed) = uploads.complete(upload, now).await? else {
        return Ok(());
    };
    events.publish(&[completed]).await?;
    uploads.mark_announced(upload, now).await?;
    tracing::info!(upload_id = upload.as_str(), "An upload is complete.");
    Ok(())
}
