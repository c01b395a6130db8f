//! The events that functions publish on the stack's event bus, and how they are published.
//!
//! An event's detail has the shape of `schemas/<source>/<detail type>.schema.json`; a test holds
//! every event of this crate, and every event of the workflows, against its schema. Events reach
//! their consumers at least once and in no order: a consumer drops an `event_id` that it has seen.

mod account;
mod batch;
mod bus;
mod delivery;
mod error;
mod event;
mod upload;

pub use account::{AccountId, IdentityReviewRequested, InvalidAccountId};
pub use bus::EventBus;
pub use error::PublishError;
pub use event::{Detail, Event};
pub use upload::{TransactionRejected, UploadCompleted, UploadReceived, UploadRejected};

#[cfg(test)]
mod samples;
