//! Turns a partner's API request into one queue message.

mod config;
mod content;
mod idempotency;
mod refusal;

pub use config::Adapters;
pub use idempotency::IdempotencyTable;

use idempotency::{Claim, ContentHash, IdempotencyKey, IdempotencyTableError, KeyedRequest};
use jiff::Timestamp;
use lambda_failure::{Chain, Failure};
use partner::PartnerId;
use partner_api::{ApiError, Request, Response};
use refusal::Refusal;
use serde::Serialize;
use serde_json::Value;
use transaction::TransactionId;
use transaction_queue::QueuedTransaction;

/// The body of a 202.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    transaction_id: TransactionId,
    status: &'static str,
}

/// Answers one event of an API Gateway REST proxy integration.
///
/// # Errors
/// `InvalidEvent` for an event of another kind. Every request of a partner has an answer.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Response, Failure> {
    let request = Request::read(payload)?;
    let received_at = request.received_at().unwrap_or_else(Timestamp::now);
    Ok(match enqueue(adapters, &request, received_at).await {
        Ok(accepted) => Response::json(202, &accepted),
        Err(refusal) => {
            let error = ApiError::from(refusal);
            tracing::info!(code = error.code, "The request was refused.");
            error.into()
        }
    })
}

/// Puts the request's transaction on the queue, where it stands once this returns.
async fn enqueue(
    adapters: &Adapters,
    request: &Request,
    received_at: Timestamp,
) -> Result<Accepted, Refusal> {
    let partner = request.partner()?;
    let key = IdempotencyKey::read(&request.header(IdempotencyKey::HEADER))?;
    let transaction = content::read(request)?;
    let queued = QueuedTransaction {
        id: transaction.id.clone(),
        transaction_message: transaction.message,
        partner,
        upload_id: None,
        ordinal: None,
        received_at: received_at.to_string(),
    };
    match key {
        None => send(adapters, &queued).await,
        Some(key) => send_once(adapters, &key, queued).await,
    }?;
    Ok(Accepted {
        transaction_id: transaction.id,
        status: "QUEUED",
    })
}

/// Sends the transaction unless an earlier request with the same key did.
///
/// The claim comes before the send and the mark after it. Killed in between, the function leaves
/// an attempt whose lease passes, and a repetition sends the same message again.
async fn send_once(
    adapters: &Adapters,
    key: &IdempotencyKey,
    mut queued: QueuedTransaction,
) -> Result<(), Refusal> {
    let table = &adapters.idempotency;
    let request = KeyedRequest {
        partner: queued.partner.clone(),
        key,
        content: ContentHash::of(&queued.id, &queued.transaction_message),
    };
    let claim = table
        .claim(&request, &queued.received_at, Timestamp::now())
        .await
        .map_err(|error| {
            log_failure(&error, &queued.partner);
            Refusal::KeysUnavailable
        })?;
    let attempt = match claim {
        Claim::Granted(attempt) => attempt,
        Claim::Queued => return Ok(()),
        Claim::InFlight => return Err(Refusal::KeyInFlight),
        Claim::OtherContent => return Err(Refusal::KeyReused),
    };
    queued.received_at.clone_from(&attempt.received_at);
    let sent = send(adapters, &queued).await;
    let now = Timestamp::now();
    let noted = match sent {
        Ok(()) => table.mark_queued(&request, &attempt, now).await,
        Err(_) => table.release(&request, &attempt, now).await,
    };
    // The answer is what became of the send: without the note, a repetition waits for the lease.
    if let Err(error) = noted {
        log_failure(&error, &queued.partner);
    }
    sent
}

async fn send(adapters: &Adapters, queued: &QueuedTransaction) -> Result<(), Refusal> {
    adapters.queue.send(queued).await.map_err(|error| {
        tracing::error!(
            partner_id = %queued.partner,
            error = %Chain(&error),
            "The transaction could not be queued."
        );
        Refusal::QueueUnavailable
    })
}

fn log_failure(error: &IdempotencyTableError, partner: &PartnerId) {
    tracing::error!(
        partner_id = %partner,
        error = %Chain(error),
        "The table of idempotency keys failed."
    );
}
