//! Tests of the layers together. The helpers here stand below the grammar of a batch, so that
//! any document can be judged.

mod conformance;
mod differential;
mod mutants;
mod refusals;
mod rules;
mod windows;

use std::{io::Read, ops::ControlFlow};

use super::{
    Defect, Limit, Refusal,
    document::{Document, Scanned},
    source::{RefillError, Source},
};

/// Whether the bytes are a document that the layers below the batch accept.
fn check(file: &[u8]) -> Result<(), Refusal> {
    check_source(Source::new(file))
}

/// What is wrong with a document, if anything.
fn defect(document: &str) -> Option<Defect> {
    match check(document.as_bytes()) {
        Ok(()) => None,
        Err(Refusal::File { defect, .. }) => Some(defect),
        Err(Refusal::Io(error)) => panic!("{error}"),
    }
}

fn check_source(mut source: Source<impl Read>) -> Result<(), Refusal> {
    let mut document = Document::new();
    loop {
        let window = source.window();
        let (length, scanned) = document.scan(&window, |_, _| Ok(ControlFlow::Continue(())))?;
        source.consume(length);
        if scanned == Scanned::Finished {
            return Ok(());
        }
        source.refill().map_err(|error| match error {
            RefillError::Io(error) => Refusal::Io(error),
            RefillError::Full => document.refuse(Limit::TokenBytes, &[]),
            RefillError::IllFormed(rule) => document.refuse(rule, source.window().text),
        })?;
    }
}
