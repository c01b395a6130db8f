//! Turns an uploaded XML batch into one queue message per transaction.
//!
//! The object is read twice, as a stream: first to check the whole file and to learn its hash,
//! then to send its transactions. So nothing of a file leaves before all of it is known to be
//! well-formed, and memory does not grow with the file.

mod check;
mod config;
mod error;
mod hashing_reader;
mod object_key;
mod object_reader;
mod rejections;
mod send;
mod split;
mod summary;
mod upload_event;
mod uploads_bucket;

use lambda_failure::{Chain, Failure};
use partner::{PartnerId, Status};
use serde_json::Value;

pub use config::Adapters;
use error::SplitError;
use object_key::NoUpload;
pub use summary::{Answer, Refused, Summary};
use upload_event::Occurrence;
pub use uploads_bucket::UploadsBucket;

/// Splits the upload that an event tells of. An event may tell of several; all of them are tried
/// before the first failure is answered, so that none keeps the others from the queue, not even one
/// that is not understood.
///
/// # Errors
/// The names stand in the crate's README. Lambda repeats the invocation, which begins at the
/// object's first byte, and then hands the event to the on-failure queue.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Answer, Failure> {
    let occurrences = upload_event::read(payload).map_err(SplitError::Event)?;
    let mut summaries = Vec::with_capacity(occurrences.len());
    let mut failure = None;
    for occurrence in occurrences {
        let summary = match occurrence {
            Ok(occurrence) => take(adapters, occurrence).await,
            Err(error) => Err(error.into()),
        };
        match (summary, &failure) {
            (Ok(summary), _) => summaries.push(summary),
            (Err(error), None) => failure = Some(error),
            (Err(error), Some(_)) => {
                tracing::error!(error = %Chain(&error), "Another object of the event failed.");
            }
        }
    }
    match failure {
        Some(error) => Err(error.into()),
        None => Ok(Answer::of(summaries)),
    }
}

async fn take(adapters: &Adapters, occurrence: Occurrence) -> Result<Summary, SplitError> {
    let object = match occurrence {
        Occurrence::Uploaded(object) => object,
        Occurrence::Ignored(reason) => return Ok(ignore(None, reason)),
    };
    let partner = match object_key::partner_of(&object.key) {
        Ok(partner) => partner,
        Err(NoUpload { partner, reason }) => return Ok(ignore(partner, reason)),
    };
    let known = adapters.partners.find(&partner).await?;
    match known.map(|partner| partner.status) {
        Some(Status::Active) => split::split(adapters, partner, object).await,
        Some(Status::Disabled) => Ok(refuse_unread(partner, Refused::partner_disabled())),
        None => Ok(refuse_unread(partner, Refused::partner_unknown())),
    }
}

fn ignore(partner: Option<PartnerId>, reason: &'static str) -> Summary {
    tracing::info!(
        partner_id = partner.as_ref().map(PartnerId::as_str),
        reason,
        "An event was ignored."
    );
    Summary::ignored(partner, reason)
}

fn refuse_unread(partner: PartnerId, refused: Refused) -> Summary {
    tracing::warn!(
        partner_id = partner.as_str(),
        code = refused.code,
        reason = refused.reason,
        "An upload was refused unread."
    );
    Summary::refused(None, partner, refused)
}

#[cfg(test)]
mod tests;
