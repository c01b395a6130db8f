//! A trading partner: its id, the hash of its API token, and the partners table.
//!
//! The id is also the SFTP user name and the first segment of every object key. An API token is
//! opaque: only its hash is ever stored, and no type of this crate holds a token.

#[cfg(feature = "aws")]
mod error;
mod id;
#[cfg(feature = "aws")]
mod row;
#[cfg(feature = "aws")]
mod table;
mod token;

#[cfg(feature = "aws")]
pub use error::PartnersTableError;
pub use id::{InvalidPartnerId, PartnerId};
#[cfg(feature = "aws")]
pub use row::MalformedRow;
#[cfg(feature = "aws")]
pub use table::PartnersTable;
pub use token::{TokenHash, is_api_token};

/// Who a trading partner is and whether it is let in: what functions read of its row. The name and
/// the contact are enrichment's, which reads them past this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The partition key.
    pub id: PartnerId,
    /// Whether uploads and requests are taken.
    pub status: Status,
}

/// Whether a partner's uploads and requests are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `ACTIVE`: they are.
    Active,
    /// `DISABLED`: uploads are refused and requests are denied.
    Disabled,
}

/// What a registration writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPartner {
    /// The partition key.
    pub id: PartnerId,
    /// The name for people.
    pub name: String,
    /// The contact that enrichment adds to the partner's transactions.
    pub email: String,
    /// Written with the first registration only.
    pub token_hash: TokenHash,
}
