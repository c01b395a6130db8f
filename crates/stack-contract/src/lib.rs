//! Tests alone: the template, the workflows, the API, the events and the code agree.
//!
//! This library is the view through which the tests of `tests/` look at the project's files. It
//! panics over a file that it cannot read, with the file's name: that is a failed test.

#![allow(
    clippy::missing_panics_doc,
    reason = "every function here is part of a test"
)]

mod api;
mod crates;
mod event_target;
mod fault;
mod function;
mod intrinsics;
mod needs;
mod project;
mod rust_bindings;
mod rust_calls;
mod rust_source;
mod rust_uses;
mod statement;
mod template;
mod workflow;
mod yaml;

pub use api::{Api, Route};
pub use crates::{Crate, crates};
pub use event_target::{EventTarget, event_targets};
pub use fault::{Exceptions, assert_no_faults};
pub use function::Function;
pub use intrinsics::{branches, references, texts};
pub use needs::{Need, is_known_operation, named, needs};
pub use project::{files_below, json_file, relative, root, text_file};
pub use rust_bindings::{Binding, bindings};
pub use rust_calls::{operations, words_beside};
pub use rust_source::variables;
pub use rust_uses::Operation;
pub use statement::{Statement, attached_to, list, statements};
pub use template::{Resource, Template};
pub use workflow::{State, Workflow, tasks, workflows};
pub use yaml::yaml_file;
