//! A row of the table of callback tasks, and the task that it stands for.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use partner::PartnerId;

use crate::{OutcomeHash, TaskToken};

pub(crate) type Row = HashMap<String, AttributeValue>;

/// A task as the table knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackTask {
    /// Who alone may answer it.
    pub partner: PartnerId,
    /// How far it is.
    pub status: TaskStatus,
    /// The token; gone once the task is completed or expired.
    pub token: Option<TaskToken>,
    /// The outcome that is being or was sent.
    pub outcome: Option<OutcomeHash>,
    /// When the workflow's patience ends. The table's time to live deletes days later.
    pub expires_at: Timestamp,
    /// Attempts to send the outcome that have begun and of which nobody knows how they ended: they
    /// are under way, or were killed, or their answer was lost.
    pub open_attempts: Vec<String>,
    /// How often a task was stored under its key, this one included.
    pub attempt: u64,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    /// It waits for an answer.
    Pending,
    /// Its outcome is known, and is being sent to Step Functions or was.
    Completing,
    /// Step Functions has its outcome.
    Completed,
    /// Its token is dead, and no outcome was sent.
    Expired,
}

/// A row that stands for no task, as only a write past this crate can leave it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("A row of the table of callback tasks has no valid attribute `{attribute}`.")]
pub struct MalformedRow {
    /// The attribute that is absent, of another type, or outside its limits.
    pub attribute: &'static str,
}

impl TaskStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Completing => "COMPLETING",
            Self::Completed => "COMPLETED",
            Self::Expired => "EXPIRED",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Completing,
            Self::Completed,
            Self::Expired,
        ]
        .into_iter()
        .find(|status| status.as_str() == text)
    }
}

/// Reads a task from a row. Attributes that it does not know are left alone.
pub(crate) fn read(row: &Row) -> Result<CallbackTask, MalformedRow> {
    Ok(CallbackTask {
        partner: required(row, "partner_id", |value| {
            PartnerId::parse(value.as_s().ok()?).ok()
        })?,
        status: required(row, "task_status", |value| {
            TaskStatus::parse(value.as_s().ok()?)
        })?,
        token: optional(row, "task_token", |value| {
            TaskToken::parse(value.as_s().ok()?).ok()
        })?,
        outcome: optional(row, "outcome_sha256", |value| {
            Some(OutcomeHash(value.as_s().ok()?.clone()))
        })?,
        expires_at: required(row, "expires_at", |value| {
            Timestamp::from_second(value.as_n().ok()?.parse().ok()?).ok()
        })?,
        open_attempts: optional(row, "open_attempts", |value| value.as_ss().ok().cloned())?
            .unwrap_or_default(),
        attempt: optional(row, "attempt", |value| value.as_n().ok()?.parse().ok())?
            .unwrap_or_default(),
    })
}

fn required<T>(
    row: &Row,
    attribute: &'static str,
    read: impl FnOnce(&AttributeValue) -> Option<T>,
) -> Result<T, MalformedRow> {
    optional(row, attribute, read)?.ok_or(MalformedRow { attribute })
}

fn optional<T>(
    row: &Row,
    attribute: &'static str,
    read: impl FnOnce(&AttributeValue) -> Option<T>,
) -> Result<Option<T>, MalformedRow> {
    row.get(attribute)
        .map(|value| read(value).ok_or(MalformedRow { attribute }))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        [
            ("order_id", AttributeValue::S("7".to_owned())),
            ("partner_id", AttributeValue::S("acme".to_owned())),
            ("task_status", AttributeValue::S("COMPLETING".to_owned())),
            ("task_token", AttributeValue::S("SECRET".to_owned())),
            ("outcome_sha256", AttributeValue::S("00ff".to_owned())),
            ("expires_at", AttributeValue::N("1772357400".to_owned())),
            ("open_attempts", AttributeValue::Ss(vec!["a".to_owned()])),
            ("attempt", AttributeValue::N("2".to_owned())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    #[test]
    fn a_whole_row_is_a_task() {
        let task = read(&row()).unwrap();
        assert_eq!(task.partner.as_str(), "acme");
        assert_eq!(task.status, TaskStatus::Completing);
        assert_eq!(task.token.as_ref().unwrap().expose(), "SECRET");
        assert_eq!(task.outcome, Some(OutcomeHash("00ff".to_owned())));
        assert_eq!(task.expires_at.to_string(), "2026-03-01T09:30:00Z");
        assert_eq!(task.open_attempts, ["a"]);
        assert_eq!(task.attempt, 2);
        assert!(!format!("{task:?}").contains("SECRET"));
    }

    #[test]
    fn a_task_that_has_ended_has_neither_token_nor_attempts() {
        let mut row = row();
        for attribute in ["task_token", "open_attempts", "outcome_sha256"] {
            row.remove(attribute);
        }
        let task = read(&row).unwrap();
        assert_eq!(task.token, None);
        assert_eq!(task.outcome, None);
        assert!(task.open_attempts.is_empty());
    }

    #[test]
    fn a_missing_attribute_is_named() {
        for attribute in ["partner_id", "task_status", "expires_at"] {
            let mut row = row();
            row.remove(attribute);
            assert_eq!(read(&row), Err(MalformedRow { attribute }));
        }
    }

    #[test]
    fn a_value_of_another_type_or_outside_its_limits_is_named() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        for (attribute, value) in [
            ("partner_id", text("A")),
            ("task_status", text("pending")),
            ("task_token", text("")),
            ("outcome_sha256", AttributeValue::Bool(true)),
            ("expires_at", text("1772357400")),
            ("expires_at", AttributeValue::N("1e30".to_owned())),
            ("open_attempts", text("a")),
            ("attempt", text("2")),
        ] {
            let mut row = row();
            row.insert(attribute.to_owned(), value);
            assert_eq!(read(&row), Err(MalformedRow { attribute }));
        }
    }
}
