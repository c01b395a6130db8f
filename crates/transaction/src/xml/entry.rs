//! What a well-formed file holds.

use crate::{InvalidMessage, InvalidTransactionId, Transaction};

/// One child of the root: a transaction, or the reason why it is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place among the children of the root, from 1.
    pub ordinal: u64,
    /// The line on which its start tag begins, from 1.
    pub line: u64,
    /// What became of it.
    pub outcome: Result<Transaction, Rejected>,
}

/// An entry that is no transaction. Its neighbours are not affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The value of `TransactionID`, if there is one: at most 128 bytes of it, and it may break
    /// the other limits of an id.
    pub id: Option<String>,
    /// Why.
    pub reason: RejectionReason,
}

/// Why one entry of a file is no transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectionReason {
    /// The root has a child that is no `Transaction`. It is not passed over in silence, because
    /// it may be a transaction whose name is misspelt.
    #[error("The element is not a Transaction.")]
    NotATransaction,
    /// A `Transaction` within a `Transaction`, at any depth.
    #[error("The transaction holds another Transaction.")]
    TransactionNested,
    /// No attribute `TransactionID`.
    #[error("The transaction has no TransactionID.")]
    IdMissing,
    /// Two attributes `TransactionID`, with different prefixes.
    #[error("The transaction has more than one TransactionID.")]
    IdRepeated,
    /// The id breaks a limit.
    #[error(transparent)]
    Id(#[from] InvalidTransactionId),
    /// No child `Notes`.
    #[error("The transaction has no Notes.")]
    NotesMissing,
    /// Two children `Notes`, or more.
    #[error("The transaction has more than one Notes.")]
    NotesRepeated,
    /// An element within `Notes`: which part of it would be the message is anyone's guess.
    #[error("The transaction's Notes hold an element where only text is expected.")]
    NotesNotText,
    /// `Notes` without any text.
    #[error("The transaction's Notes are empty.")]
    NotesEmpty,
    /// The message's JSON form exceeds [`crate::Message::MAX_JSON_BYTES`].
    #[error("The transaction's message is larger than 200 KiB in its JSON form.")]
    MessageTooLarge,
}

impl RejectionReason {
    /// The reason as the rejections table names it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotATransaction => "ELEMENT_UNKNOWN",
            Self::TransactionNested => "TRANSACTION_NESTED",
            Self::IdMissing => "ID_MISSING",
            Self::IdRepeated => "ID_REPEATED",
            Self::Id(invalid) => invalid.code(),
            Self::NotesMissing => "NOTES_MISSING",
            Self::NotesRepeated => "NOTES_REPEATED",
            Self::NotesNotText => "NOTES_NOT_TEXT",
            Self::NotesEmpty => "NOTES_EMPTY",
            Self::MessageTooLarge => "MESSAGE_TOO_LARGE",
        }
    }
}

impl From<InvalidMessage> for RejectionReason {
    fn from(invalid: InvalidMessage) -> Self {
        match invalid {
            InvalidMessage::Empty => Self::NotesEmpty,
            InvalidMessage::TooLarge => Self::MessageTooLarge,
        }
    }
}
