//! The deployed stack, driven through its real doors: SFTP, the partner API, the queue.
//!
//! One module a capability. The tests share one stack and run beside each other, so each has
//! transaction ids of its own; one that changes what others rely on asks for the stack alone.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

mod account_reviews;
mod accounts;
mod api;
mod applicants;
mod async_api;
mod authorization;
mod callback_answers;
mod callback_faults;
mod callback_timeouts;
mod callbacks;
mod dead_letters;
mod enrichment;
mod event_listener;
mod event_queue;
mod events;
mod failed_executions;
mod file_forms;
mod gateway_refusals;
mod idempotency_key;
mod inbox;
mod large_upload;
mod ledger;
mod logs;
mod order_flow;
mod other_partner;
mod partner_replacement;
mod private_events;
mod refused_files;
mod repetition;
mod sms;
mod splitter;
mod stack_under_test;
mod upload_names;
mod uploads;
