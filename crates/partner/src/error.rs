//! What can go wrong with the partners table.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{get_item::GetItemError, query::QueryError, update_item::UpdateItemError},
};

use crate::MalformedRow;

/// A step that failed. No variant's text holds a token or its hash.
#[derive(Debug, thiserror::Error)]
pub enum PartnersTableError {
    /// `GetItem` failed after its retries.
    #[error("The partner could not be read")]
    Find(#[source] Box<SdkError<GetItemError>>),
    /// `Query` on the index failed after its retries.
    #[error("The owner of an API token could not be looked up")]
    FindByToken(#[source] Box<SdkError<QueryError>>),
    /// `UpdateItem` failed after its retries.
    #[error("The partner could not be registered")]
    Register(#[source] Box<SdkError<UpdateItemError>>),
    /// The partner is there already, with another API token.
    #[error("The partner exists already and has another API token.")]
    OtherToken,
    /// `UpdateItem` failed after its retries.
    #[error("The partner could not be made active again")]
    Readmit(#[source] Box<SdkError<UpdateItemError>>),
    /// `UpdateItem` failed after its retries.
    #[error("The partner could not be disabled")]
    Disable(#[source] Box<SdkError<UpdateItemError>>),
    /// The table holds a row that stands for no partner.
    #[error("The partners table holds a row that is no partner")]
    Malformed(#[from] MalformedRow),
    /// More than one active partner has the token.
    #[error("More than one active partner has the same API token.")]
    AmbiguousToken,
}
