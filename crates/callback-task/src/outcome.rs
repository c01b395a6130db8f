//! What an external system says became of a task.

use std::fmt;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The error name of a failure that names none.
const DEFAULT_ERROR: &str = "ExternalTaskFailed";

/// How the errors begin by which a workflow's Retry knows that its task never reached the outside:
/// those of dispatchers, and those of the services that tell them or the outside. An external
/// system that sent one would be asked again instead of believed.
const RESERVED_PREFIXES: [&str; 4] = ["Dispatcher.", "EventBridge.", "Lambda.", "Sandbox."];

/// How Step Functions itself says that nobody answered in time.
const TIMEOUTS: [&str; 2] = ["States.HeartbeatTimeout", "States.Timeout"];

/// Characters of an error's name at most (Step Functions API reference, `SendTaskFailure`).
const ERROR_CHARACTERS: usize = 256;

/// Characters of a cause at most (Step Functions API reference, `SendTaskFailure`).
const CAUSE_CHARACTERS: usize = 32_768;

/// A task's outcome, in the texts that Step Functions is sent. It holds what a partner wrote, and
/// so its Debug is redacted.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The task was done.
    Success {
        /// A JSON object, its keys sorted at every level.
        output: String,
    },
    /// The task failed.
    Failure {
        /// What a `Catch` selects; never empty.
        error: String,
        /// What people read.
        cause: Option<String>,
    },
}

/// The lower-case hexadecimal SHA-256 of an outcome, 64 characters. The same outcome has the same
/// hash however its JSON was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeHash(pub(crate) String);

/// Values that make no outcome. No text repeats them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOutcome {
    /// The output is larger than [`Outcome::MAX_OUTPUT_BYTES`].
    #[error("The output of a task is at most 128 KiB of JSON.")]
    OutputTooLarge,
    /// The error is something else than a string or an object.
    #[error("The error of a task is a string or an object.")]
    Error,
    /// The error's name begins like those by which a workflow repeats a dispatch.
    #[error(
        "The error of a task does not begin with Dispatcher., EventBridge., Lambda. or Sandbox., and is no timeout of Step Functions."
    )]
    ReservedError,
    /// The cause is something else than a string or an object.
    #[error("The cause of a task's failure is a string or an object.")]
    Cause,
}

impl Outcome {
    /// Bytes of an output at most, as JSON without white space. Half of what Step Functions takes:
    /// the workflow's state holds the order as well.
    pub const MAX_OUTPUT_BYTES: usize = 128 * 1024;

    /// A success with an output.
    ///
    /// # Errors
    /// [`InvalidOutcome::OutputTooLarge`].
    pub fn success(output: Map<String, Value>) -> Result<Self, InvalidOutcome> {
        let output = canonical(Value::Object(output));
        if output.len() > Self::MAX_OUTPUT_BYTES {
            return Err(InvalidOutcome::OutputTooLarge);
        }
        Ok(Self::Success { output })
    }

    /// A failure. Error and cause are strings or objects, and either may be absent or null; an
    /// object is written as JSON. They are cut to the 256 and 32,768 characters that Step
    /// Functions takes. An absent or empty error is named `ExternalTaskFailed`.
    ///
    /// # Errors
    /// [`InvalidOutcome::Error`], [`InvalidOutcome::ReservedError`] and [`InvalidOutcome::Cause`].
    pub fn failure(error: Option<Value>, cause: Option<Value>) -> Result<Self, InvalidOutcome> {
        let error = detail(error, ERROR_CHARACTERS, InvalidOutcome::Error)?;
        let error = error.unwrap_or_else(|| DEFAULT_ERROR.to_owned());
        let mut prefixes = RESERVED_PREFIXES.iter();
        if prefixes.any(|prefix| error.starts_with(prefix)) || TIMEOUTS.contains(&error.as_str()) {
            return Err(InvalidOutcome::ReservedError);
        }
        let cause = detail(cause, CAUSE_CHARACTERS, InvalidOutcome::Cause)?;
        Ok(Self::Failure { error, cause })
    }

    /// The hash by which a repetition is told from another outcome.
    #[must_use]
    pub fn hash(&self) -> OutcomeHash {
        let canonical = match self {
            Self::Success { output } => json!(["SUCCESS", output]),
            Self::Failure { error, cause } => json!(["FAILURE", error, cause]),
        };
        OutcomeHash(hex::encode(Sha256::digest(canonical.to_string())))
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Success { .. } => "Success(redacted)",
            Self::Failure { .. } => "Failure(redacted)",
        })
    }
}

/// The text of a string or an object, or `refusal` for a value of another type.
fn detail(
    value: Option<Value>,
    longest: usize,
    refusal: InvalidOutcome,
) -> Result<Option<String>, InvalidOutcome> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(object @ Value::Object(_)) => canonical(object),
        Some(_) => return Err(refusal),
    };
    let cut: String = text.chars().take(longest).collect();
    Ok(Some(cut).filter(|text| !text.is_empty()))
}

/// JSON without white space, its keys sorted at every level.
fn canonical(mut value: Value) -> String {
    value.sort_all_objects();
    value.to_string()
}

#[cfg(test)]
mod tests;
