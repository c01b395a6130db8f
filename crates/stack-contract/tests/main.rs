//! Each module is one theme; the crate's README says which.

mod api;
mod api_roles;
mod api_security;
mod buckets;
mod deliveries;
mod events;
mod expressions;
mod functions;
mod gateway_responses;
mod invocations;
mod layout;
mod parameters_and_outputs;
mod permissions;
mod portability;
mod queues;
mod roles;
mod state_machines;
mod statements;
mod tables;
mod transfer;
mod uploads;
mod workflows;
