//! Why a request could not be fulfilled.

use partner::{PartnerId, PartnersTableError};

use crate::{inboxes::InboxError, properties::InvalidProperty, token_secrets::TokenSecretError};

/// A step that failed. With its causes it is the Reason that the operator reads in the stack's
/// events, so no text may hold a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistrarError {
    /// CloudFormation knows three types of requests.
    #[error("The event's RequestType is none of Create, Update and Delete.")]
    RequestType,
    /// The template's properties describe no partner.
    #[error("The properties of the resource describe no partner")]
    Property(#[from] InvalidProperty),
    /// The token could not be had.
    #[error("The partner's API token could not be had")]
    TokenSecret(#[from] TokenSecretError),
    /// The write may have reached the table all the same: an answer can be lost.
    #[error("The partner `{partner}` could not be written to the partners table")]
    Register {
        partner: PartnerId,
        source: PartnersTableError,
    },
    /// The row is another's, and was left as it is.
    #[error("The partner `{partner}` exists already, with another API token than this stack's")]
    OtherToken { partner: PartnerId },
    /// The row stands, and the folder perhaps.
    #[error("The inbox of the partner `{partner}` could not be made")]
    Inbox {
        partner: PartnerId,
        source: InboxError,
    },
    /// The new partner is active, and perhaps the one in whose place it came.
    #[error("The partner `{partner}` could not be disabled, whose place another one took")]
    Replace {
        partner: PartnerId,
        source: PartnersTableError,
    },
}

impl RegistrarError {
    pub(crate) fn register(partner: &PartnerId, source: PartnersTableError) -> Self {
        let partner = partner.clone();
        match source {
            PartnersTableError::OtherToken => Self::OtherToken { partner },
            source => Self::Register { partner, source },
        }
    }
}
