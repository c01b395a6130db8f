//! The ledger of uploads: one row an upload, from its receipt until its last transaction has ended.
//!
//! A row begins as `RECEIVED`. A refused file makes it `REJECTED`. Otherwise it is `SPLIT` once all
//! transactions of the file are known and on their way, and `COMPLETED` once all of them have ended:
//! stored, recognised as a duplicate, or rejected.

mod conflict;
mod error;
mod row;
mod settle;
mod table;

pub use conflict::giving_way;
pub use error::{LedgerError, SettleError};
pub use row::{NewUpload, Standing, Status};
pub use settle::settle;
pub use table::UploadsTable;
