//! What a request says about a task.

use callback_task::{CallbackTaskKey, InvalidKey, InvalidOutcome, Outcome, check_output};
use partner_api::RequestError;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::refusal::{Field, Refusal};

/// A task, and what the external system reports about it.
pub(crate) struct Callback {
    pub(crate) key: CallbackTaskKey,
    pub(crate) report: Report,
}

/// The body of a 200, the same for the first answer and every repetition.
#[derive(Serialize)]
pub(crate) struct Accepted<'a> {
    order_id: &'a str,
    task_type: &'a str,
    task_status: &'static str,
}

pub(crate) enum Report {
    /// The task has an outcome.
    Ended(Outcome),
    /// The external system works on it: a heartbeat.
    InProgress,
}

impl Callback {
    /// Reads `{"order_id","task_type","task_status", …}`: a success has the object `task_output`, a
    /// failure may have `task_error` and `task_cause`, strings or objects. An output that the
    /// workflow could not use would end the waiting state all the same, and the caller would learn
    /// nothing of it: it is refused. A field that is null counts as absent; unknown fields are
    /// passed over. The API's model has checked most of it before, except in the console's Test.
    pub(crate) fn parse(body: &str) -> Result<Self, Refusal> {
        if body.contains(char::REPLACEMENT_CHARACTER) {
            return Err(RequestError::BodyNotText.into());
        }
        let body = serde_json::from_str(body).map_err(|_| Refusal::NotJson)?;
        let Value::Object(mut fields) = body else {
            return Err(Refusal::NotAnObject);
        };
        let order_id = text(&mut fields, Field::OrderId)?;
        let task_type = text(&mut fields, Field::TaskType)?;
        let key = CallbackTaskKey::parse(order_id, task_type)?;
        let status = text(&mut fields, Field::TaskStatus)?;
        let output = match take(&mut fields, Field::TaskOutput) {
            Some(Value::Object(output)) => Some(output),
            Some(_) => return Err(Refusal::FieldWrongType(Field::TaskOutput)),
            None => None,
        };
        let success = output.map(|output| success(&key, output)).transpose()?;
        let failure = Outcome::failure(
            take(&mut fields, Field::TaskError),
            take(&mut fields, Field::TaskCause),
        )?;
        let report = match status.as_str() {
            "SUCCESS" | "SUCCEEDED" => {
                Report::Ended(success.ok_or(Refusal::FieldMissing(Field::TaskOutput))?)
            }
            "FAILURE" | "FAILED" => Report::Ended(failure),
            "IN_PROGRESS" => Report::InProgress,
            _ => return Err(Refusal::FieldInvalid(Field::TaskStatus)),
        };
        Ok(Self { key, report })
    }

    /// The callback as it was understood.
    pub(crate) fn accepted(&self) -> Accepted<'_> {
        Accepted {
            order_id: self.key.order_id(),
            task_type: self.key.task_type(),
            task_status: self.report.status(),
        }
    }
}

impl Report {
    /// The one spelling of the status, whichever the request used.
    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Ended(Outcome::Success { .. }) => "SUCCESS",
            Self::Ended(Outcome::Failure { .. }) => "FAILURE",
            Self::InProgress => "IN_PROGRESS",
        }
    }
}

fn success(key: &CallbackTaskKey, output: Map<String, Value>) -> Result<Outcome, Refusal> {
    check_output(key, &output)?;
    Ok(Outcome::success(output)?)
}

fn take(fields: &mut Map<String, Value>, field: Field) -> Option<Value> {
    fields.remove(field.name()).filter(|value| !value.is_null())
}

fn text(fields: &mut Map<String, Value>, field: Field) -> Result<String, Refusal> {
    match take(fields, field) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Refusal::FieldWrongType(field)),
        None => Err(Refusal::FieldMissing(field)),
    }
}

impl From<InvalidKey> for Refusal {
    fn from(invalid: InvalidKey) -> Self {
        Self::FieldInvalid(match invalid {
            InvalidKey::OrderId => Field::OrderId,
            InvalidKey::TaskType => Field::TaskType,
        })
    }
}

impl From<InvalidOutcome> for Refusal {
    fn from(invalid: InvalidOutcome) -> Self {
        match invalid {
            InvalidOutcome::OutputTooLarge => Self::OutputTooLarge,
            InvalidOutcome::Error => Self::FieldWrongType(Field::TaskError),
            InvalidOutcome::ReservedError => Self::FieldInvalid(Field::TaskError),
            InvalidOutcome::Cause => Self::FieldWrongType(Field::TaskCause),
        }
    }
}

#[cfg(test)]
mod tests;
