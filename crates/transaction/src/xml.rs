//! A partner's XML file -> its transactions, one at a time.
//!
//! Three layers, each of which can be read alone:
//!
//! 1. `source` turns bytes in one of four encodings into Unicode text of legal characters.
//! 2. `well_formed` holds every piece of markup against XML 1.0 (fifth edition) without document
//!    types, and against the spelling of names in Namespaces in XML 1.0. [`quick_xml`] finds the
//!    markup; what it leaves unchecked is checked here.
//! 3. `batch` reads the batch: a root `Transactions`, in it `Transaction`s.
//!
//! [`TransactionReader`] runs them over one window of the file after the other. Memory is bounded by
//! the longest piece of markup or text, at most [`MAX_TOKEN_BYTES`], and does not grow with the file.

mod attributes;
mod batch;
mod character;
mod declaration;
mod document;
mod draft;
mod encoding;
mod entry;
mod namespaces;
mod position;
mod reader;
mod refusal;
mod source;
mod start_tag;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod well_formed;

pub use entry::{Entry, Rejected, RejectionReason};
pub use reader::TransactionReader;
pub use refusal::{Defect, IllFormed, Limit, Refusal};
pub use source::MAX_TOKEN_BYTES;
pub use start_tag::{MAX_ATTRIBUTES, MAX_NAME_BYTES};
pub use well_formed::MAX_DEPTH;
