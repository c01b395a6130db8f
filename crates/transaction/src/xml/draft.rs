//! One child of the root while it is read.

use super::{
    Entry, Rejected, RejectionReason,
    attributes::{Attribute, Attributes},
    character::local_part,
    namespaces,
    text::attribute_value,
};
use crate::{Message, Transaction, TransactionId};

const ID: &str = "TransactionID";

/// What is known of an entry so far. The first fault, in the order of the file, is the one told.
pub(super) struct Draft {
    ordinal: u64,
    line: u64,
    id: Result<TransactionId, Rejected>,
    has_notes: bool,
}

impl Draft {
    /// A `Transaction` begins.
    pub(super) fn transaction(ordinal: u64, line: u64, attributes: Attributes<'_>) -> Self {
        Self::new(ordinal, line, read_id(attributes))
    }

    /// Another child of the root begins.
    pub(super) fn unknown(ordinal: u64, line: u64) -> Self {
        let reason = RejectionReason::NotATransaction;
        Self::new(ordinal, line, Err(Rejected { id: None, reason }))
    }

    fn new(ordinal: u64, line: u64, id: Result<TransactionId, Rejected>) -> Self {
        Self {
            ordinal,
            line,
            id,
            has_notes: false,
        }
    }

    /// A `Notes` begins.
    pub(super) fn begin_notes(&mut self) {
        if self.has_notes {
            self.reject(RejectionReason::NotesRepeated);
        }
        self.has_notes = true;
    }

    /// Rejects the entry, unless it is rejected already.
    pub(super) fn reject(&mut self, reason: RejectionReason) {
        if let Ok(id) = &self.id {
            self.id = Err(Rejected {
                id: Some(id.to_string()),
                reason,
            });
        }
    }

    /// Whether the entry is rejected already.
    pub(super) fn is_rejected(&self) -> bool {
        self.id.is_err()
    }

    /// The entry, once its element has ended. `message` is the text of its `Notes`.
    pub(super) fn finish(mut self, message: &str) -> Entry {
        if !self.has_notes {
            self.reject(RejectionReason::NotesMissing);
        }
        let outcome = self.id.and_then(|id| match Message::parse(message) {
            Ok(message) => Ok(Transaction { id, message }),
            Err(invalid) => Err(Rejected {
                id: Some(id.into()),
                reason: invalid.into(),
            }),
        });
        Entry {
            ordinal: self.ordinal,
            line: self.line,
            outcome,
        }
    }
}

/// Reads the one `TransactionID` of a start tag whose attributes are well-formed.
fn read_id(attributes: Attributes<'_>) -> Result<TransactionId, Rejected> {
    let mut found = None;
    let mut repeated = false;
    for attribute in attributes {
        if let Ok(Attribute { name, raw_value }) = attribute
            && local_part(name) == ID
            && !namespaces::is_declaration(name)
        {
            repeated |= found.is_some();
            found = found.or(Some(raw_value));
        }
    }
    let Some(raw_value) = found else {
        let reason = RejectionReason::IdMissing;
        return Err(Rejected { id: None, reason });
    };
    let text = attribute_value(raw_value);
    let id = if repeated {
        Err(RejectionReason::IdRepeated)
    } else {
        TransactionId::parse(&*text).map_err(RejectionReason::from)
    };
    id.map_err(|reason| {
        let shown = &text[..text.floor_char_boundary(TransactionId::MAX_BYTES)];
        let id = (!shown.is_empty()).then(|| shown.to_owned());
        Rejected { id, reason }
    })
}
