//! What a request with a key asks for, and what the key's row answers.

use jiff::Timestamp;
use partner::PartnerId;

use super::{ContentHash, IdempotencyKey, row::UsedKey};

/// A request that came with a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyedRequest<'a> {
    pub(crate) partner: PartnerId,
    pub(crate) key: &'a IdempotencyKey,
    pub(crate) content: ContentHash,
}

/// The right to send a request's transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// Random, so that the SDK's repetition of a write whose answer was lost is still the same
    /// attempt, and a repeated request is another.
    pub(super) id: String,
    /// When the first request under the key arrived: what the message must say.
    pub(crate) received_at: String,
}

/// What a claim found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The transaction is to be sent now.
    Granted(Attempt),
    /// It stands on the queue already.
    Queued,
    /// Another attempt is about to send it.
    InFlight,
    /// The key belongs to another transaction.
    OtherContent,
}

/// What a row means to an attempt that it refused.
pub(super) enum Standing {
    Decided(Claim),
    /// It holds the same content for an attempt that died: this one.
    Died(Attempt),
}

/// Judges the row by comparison: it may be the attempt's own, written by a call whose answer was
/// lost.
pub(super) fn standing(
    used: UsedKey,
    request: &KeyedRequest<'_>,
    id: &str,
    now: Timestamp,
) -> Standing {
    if used.content_sha256 != request.content.as_str() {
        return Standing::Decided(Claim::OtherContent);
    }
    let Some(leased) = used.attempt else {
        return Standing::Decided(Claim::Queued);
    };
    let attempt = Attempt {
        id: leased.id,
        received_at: used.received_at,
    };
    if attempt.id == id {
        Standing::Decided(Claim::Granted(attempt))
    } else if leased.lease_until.as_second() > now.as_second() {
        Standing::Decided(Claim::InFlight)
    } else {
        Standing::Died(attempt)
    }
}
