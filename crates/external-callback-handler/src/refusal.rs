//! Why a callback is not taken, in the words that the partner reads.

use callback_task::UnusableOutput;
use partner_api::{ApiError, RequestError};

/// A request that changes nothing, or may not have. The texts are for the partner: they hold
/// neither what the request said nor anything of the inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("The body is not valid JSON.")]
    NotJson,
    #[error("The body is not a JSON object.")]
    NotAnObject,
    #[error("The field {} is missing.", .0.name())]
    FieldMissing(Field),
    #[error("The field {} is not {}.", .0.name(), .0.json_type())]
    FieldWrongType(Field),
    #[error("The field {} is not {}.", .0.name(), .0.limits())]
    FieldInvalid(Field),
    #[error("The field task_output cannot be used. {0}")]
    OutputUnusable(#[from] UnusableOutput),
    #[error("The field task_output is larger than 128 KiB.")]
    OutputTooLarge,
    #[error("There is no such task.")]
    TaskNotFound,
    #[error("The task has another outcome already.")]
    OutcomeConflict,
    #[error("The task waits no longer: it timed out, or its workflow has ended.")]
    TaskGone,
    #[error("The callback could not be taken for now. Please send it again.")]
    Unavailable,
}

/// A field of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    OrderId,
    TaskType,
    TaskStatus,
    TaskOutput,
    TaskError,
    TaskCause,
}

impl Field {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OrderId => "order_id",
            Self::TaskType => "task_type",
            Self::TaskStatus => "task_status",
            Self::TaskOutput => "task_output",
            Self::TaskError => "task_error",
            Self::TaskCause => "task_cause",
        }
    }

    fn json_type(self) -> &'static str {
        match self {
            Self::OrderId | Self::TaskType | Self::TaskStatus => "a string",
            Self::TaskOutput => "an object",
            Self::TaskError | Self::TaskCause => "a string or an object",
        }
    }

    fn limits(self) -> &'static str {
        match self {
            Self::OrderId => "1 to 2,048 bytes long",
            Self::TaskType => "1 to 1,024 bytes long",
            Self::TaskStatus => "SUCCESS, FAILURE or IN_PROGRESS",
            Self::TaskError => {
                "a name of your own: Dispatcher., EventBridge., Lambda., Sandbox. and States.Timeout are reserved"
            }
            Self::TaskOutput | Self::TaskCause => self.json_type(),
        }
    }
}

impl Refusal {
    /// The HTTP status, and the error as the partner's program reads it.
    fn status_and_code(self) -> (u16, &'static str) {
        match self {
            Self::Request(error) => error.status_and_code(),
            Self::NotJson => (400, "NOT_JSON"),
            Self::NotAnObject => (400, "NOT_AN_OBJECT"),
            Self::FieldMissing(_) => (400, "FIELD_MISSING"),
            Self::FieldWrongType(_) => (400, "FIELD_WRONG_TYPE"),
            Self::FieldInvalid(_) | Self::OutputUnusable(_) => (400, "FIELD_INVALID"),
            Self::TaskNotFound => (404, "TASK_NOT_FOUND"),
            Self::OutcomeConflict => (409, "OUTCOME_CONFLICT"),
            Self::TaskGone => (410, "TASK_GONE"),
            Self::OutputTooLarge => (413, "OUTPUT_TOO_LARGE"),
            Self::Unavailable => (503, "CALLBACK_UNAVAILABLE"),
        }
    }

    /// The field that the error is about.
    fn field(self) -> Option<&'static str> {
        match self {
            Self::FieldMissing(field) | Self::FieldWrongType(field) | Self::FieldInvalid(field) => {
                Some(field.name())
            }
            Self::OutputUnusable(_) | Self::OutputTooLarge => Some(Field::TaskOutput.name()),
            _ => None,
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = refusal.status_and_code();
        Self {
            status,
            code,
            message: refusal.to_string(),
            field: refusal.field(),
            retry_after: (status == 503).then_some(5),
        }
    }
}
