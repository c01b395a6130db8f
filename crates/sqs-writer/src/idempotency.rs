//! `Idempotency-Key`: a request that is repeated under its key starts nothing more.
//!
//! A key is claimed before the transaction is sent and marked afterwards. Between the two an
//! attempt has a lease; one that died is taken over by a repetition, which sends the very same
//! message: the row keeps the time of the first request, so that even the name of the workflow's
//! execution is the same.

mod claim;
mod conditional_write;
mod content_hash;
mod error;
mod key;
mod row;
mod table;

pub(crate) use claim::{Claim, KeyedRequest};
pub(crate) use content_hash::ContentHash;
pub(crate) use error::IdempotencyTableError;
pub(crate) use key::{IdempotencyKey, InvalidIdempotencyKey};
pub use table::IdempotencyTable;
