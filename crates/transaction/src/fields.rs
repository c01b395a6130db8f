//! The two fields of a request, collected one by one.

use std::borrow::Cow;

use crate::{Field, FieldError, Message, Transaction, TransactionId};

/// The fields found so far.
#[derive(Default)]
pub(crate) struct Fields<'a> {
    id: Option<Cow<'a, str>>,
    message: Option<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    /// Keeps a field's value.
    pub(crate) fn insert(&mut self, field: Field, value: Cow<'a, str>) -> Result<(), FieldError> {
        let slot = match field {
            Field::TransactionId => &mut self.id,
            Field::TransactionMessage => &mut self.message,
        };
        match slot.replace(value) {
            Some(_) => Err(FieldError::Repeated(field)),
            None => Ok(()),
        }
    }

    /// The transaction, if both fields are there and within the limits.
    pub(crate) fn into_transaction(self) -> Result<Transaction, FieldError> {
        let id = self.id.ok_or(FieldError::Missing(Field::TransactionId))?;
        let message = self
            .message
            .ok_or(FieldError::Missing(Field::TransactionMessage))?;
        Ok(Transaction {
            id: TransactionId::parse(id)?,
            message: Message::parse(message)?,
        })
    }
}
