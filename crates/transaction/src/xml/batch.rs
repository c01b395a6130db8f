//! The elements of a batch -> its entries.
//!
//! The root is `Transactions`, its children are `Transaction`s, and each has the attribute
//! `TransactionID` and the child `Notes`. Names are compared without their prefixes. Other children
//! of a `Transaction`, other attributes, and text outside `Notes` are passed over.

use super::{
    Defect, Entry, RejectionReason, character::local_part, draft::Draft, refusal::quoted,
    start_tag::StartTag, text::push_normalised, well_formed::Token,
};
use crate::Message;

const ROOT: &str = "Transactions";
const TRANSACTION: &str = "Transaction";
const NOTES: &str = "Notes";

/// How many elements are open around the content of these.
const IN_ROOT: usize = 1;
const IN_TRANSACTION: usize = 2;
const IN_NOTES: usize = 3;

/// Where in a batch the reading stands.
#[derive(Default)]
pub(super) struct Batch {
    /// How many elements are open.
    depth: usize,
    /// The entries begun so far.
    ordinal: u64,
    /// The entry that is open.
    draft: Option<Draft>,
    /// Whether a `Notes` of that entry is open.
    within_notes: bool,
    /// The text of `Notes` so far.
    message: String,
}

impl Batch {
    /// Takes a token of a well-formed document and returns the entry that ends with it. `line` is
    /// asked for the token's line if an entry begins there.
    pub(super) fn take(
        &mut self,
        token: &Token<'_>,
        line: impl FnOnce() -> u64,
    ) -> Result<Option<Entry>, Defect> {
        match token {
            Token::Start(tag) => {
                self.start(tag, line)?;
                Ok(if tag.empty { self.end() } else { None })
            }
            Token::End => Ok(self.end()),
            Token::Text(text) => {
                self.collect(|message| push_normalised(text, message));
                Ok(None)
            }
            Token::Character(character) => {
                self.collect(|message| message.push(*character));
                Ok(None)
            }
        }
    }

    /// Adds to the message, if this is the place of one.
    ///
    /// What is too large by its bytes alone is not collected any further: it may come in a million
    /// pieces.
    fn collect(&mut self, push: impl FnOnce(&mut String)) {
        let Some(draft) = &mut self.draft else { return };
        if self.depth != IN_NOTES || !self.within_notes || draft.is_rejected() {
            return;
        }
        push(&mut self.message);
        if self.message.len() > Message::MAX_JSON_BYTES {
            draft.reject(RejectionReason::MessageTooLarge);
        }
    }

    fn start(&mut self, tag: &StartTag<'_>, line: impl FnOnce() -> u64) -> Result<(), Defect> {
        let name = local_part(tag.name);
        match (self.depth, &mut self.draft) {
            (0, _) if name != ROOT => return Err(Defect::WrongRoot(quoted(tag.name))),
            (IN_ROOT, draft) => {
                self.ordinal += 1;
                *draft = Some(if name == TRANSACTION {
                    Draft::transaction(self.ordinal, line(), tag.attributes.clone())
                } else {
                    Draft::unknown(self.ordinal, line())
                });
            }
            (_, Some(draft)) if name == TRANSACTION => {
                draft.reject(RejectionReason::TransactionNested);
            }
            (IN_TRANSACTION, Some(draft)) if name == NOTES => {
                draft.begin_notes();
                self.within_notes = true;
            }
            (_, Some(draft)) if self.within_notes => draft.reject(RejectionReason::NotesNotText),
            _ => {}
        }
        self.depth += 1;
        Ok(())
    }

    fn end(&mut self) -> Option<Entry> {
        self.depth -= 1;
        match self.depth {
            IN_TRANSACTION => {
                self.within_notes = false;
                None
            }
            IN_ROOT => {
                let entry = self.draft.take().map(|draft| draft.finish(&self.message));
                self.message.clear();
                entry
            }
            _ => None,
        }
    }
}
