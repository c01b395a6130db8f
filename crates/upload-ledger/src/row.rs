//! What a row holds.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue::{self, N, S};
use domain_event::{Detail, Event, UploadCompleted};
use jiff::Timestamp;
use partner::PartnerId;
use transaction::UploadId;

use crate::LedgerError;

pub(crate) type Row = HashMap<String, AttributeValue>;

/// An upload as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUpload {
    /// The upload.
    pub id: UploadId,
    /// Whose it is.
    pub partner: PartnerId,
    /// The bucket that holds the file.
    pub bucket: String,
    /// The object's key, not encoded.
    pub key: String,
    /// The object's version, where the bucket has versions.
    pub version_id: Option<String>,
    /// The object's entity tag, without quotation marks.
    pub etag: Option<String>,
    /// The file's size in bytes.
    pub size: u64,
    /// When the file arrived, RFC 3339 in UTC.
    pub received_at: String,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its transactions are being sent on, or that was cut short.
    Received,
    /// All its transactions are known and on their way.
    Split,
    /// All its transactions have ended.
    Completed,
    /// The file was refused as a whole.
    Rejected,
}

/// What the ledger says of an upload that comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The key under which these bytes came first.
    pub key: String,
    /// When they came first, RFC 3339 in UTC.
    pub received_at: String,
    /// How far it is.
    pub status: Status,
    /// How many transactions the splitter sent on; 0 before `Split`.
    pub accepted: u64,
    /// How many transactions the file has; 0 before `Split`.
    pub transactions: u64,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Received => "RECEIVED",
            Self::Split => "SPLIT",
            Self::Completed => "COMPLETED",
            Self::Rejected => "REJECTED",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Received, Self::Split, Self::Completed, Self::Rejected];
        all.into_iter().find(|status| status.as_str() == text)
    }
}

impl Standing {
    /// That of an upload which has just come in.
    pub(crate) fn of_new(upload: &NewUpload) -> Self {
        Self {
            key: upload.key.clone(),
            received_at: upload.received_at.clone(),
            status: Status::Received,
            accepted: 0,
            transactions: 0,
        }
    }

    pub(crate) fn read(row: &Row) -> Result<Self, LedgerError> {
        Ok(Self {
            key: text(row, "key")?,
            received_at: text(row, "received_at")?,
            status: status(row)?,
            accepted: number(row, "accepted")?,
            transactions: number(row, "transactions")?,
        })
    }
}

/// The row of an upload that has just come in.
pub(crate) fn new_row(upload: &NewUpload) -> Row {
    let texts = [
        ("upload_id", Some(upload.id.as_str())),
        ("partner_id", Some(upload.partner.as_str())),
        ("bucket", Some(upload.bucket.as_str())),
        ("key", Some(upload.key.as_str())),
        ("version_id", upload.version_id.as_deref()),
        ("etag", upload.etag.as_deref()),
        ("received_at", Some(upload.received_at.as_str())),
        ("status", Some(Status::Received.as_str())),
    ];
    let texts = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name, S(text?.to_owned()))));
    let counts = [
        "accepted",
        "transactions",
        "ended",
        "stored",
        "duplicates",
        "rejected",
    ];
    let numbers = counts.into_iter().map(|name| (name, 0));
    let numbers = numbers.chain([("size", upload.size)]);
    texts
        .chain(numbers.map(|(name, number)| (name, N(number.to_string()))))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

pub(crate) fn status(row: &Row) -> Result<Status, LedgerError> {
    Status::parse(&text(row, "status")?).ok_or(LedgerError::Row("status"))
}

pub(crate) fn completed_at(row: &Row) -> Result<Timestamp, LedgerError> {
    let time = text(row, "completed_at")?.parse();
    time.map_err(|_| LedgerError::Row("completed_at"))
}

/// The event that tells of a completed upload.
pub(crate) fn completed(row: &Row) -> Result<Event, LedgerError> {
    let upload_id = UploadId::parse(text(row, "upload_id")?);
    let partner = PartnerId::parse(text(row, "partner_id")?);
    let completed = UploadCompleted {
        upload_id: upload_id.map_err(|_| LedgerError::Row("upload_id"))?,
        key: text(row, "key")?,
        accepted: number(row, "accepted")?,
        stored: number(row, "stored")?,
        duplicates: number(row, "duplicates")?,
        rejected: number(row, "rejected")?,
        completed_at: text(row, "completed_at")?,
    };
    Ok(Event {
        partner: partner.map_err(|_| LedgerError::Row("partner_id"))?,
        detail: Detail::UploadCompleted(completed),
    })
}

fn text(row: &Row, name: &'static str) -> Result<String, LedgerError> {
    let value = row.get(name).and_then(|value| value.as_s().ok());
    value.cloned().ok_or(LedgerError::Row(name))
}

fn number(row: &Row, name: &'static str) -> Result<u64, LedgerError> {
    let value = row.get(name).and_then(|value| value.as_n().ok());
    let number = value.and_then(|number| number.parse().ok());
    number.ok_or(LedgerError::Row(name))
}
