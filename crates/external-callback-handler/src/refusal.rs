//! Why a callback is not taken, in the words that the partner reads.

/// A request that changes nothing, or may not have. The texts are for the partner: they hold
/// neither what the request said nor anything of the inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("The request has no valid bearer token.")]
    Unauthorized,
    #[error("The body is larger than 1 MiB.")]
    BodyTooLarge,
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
            Self::TaskOutput => "a review's decision, which is APPROVE or REJECT",
            Self::TaskError => {
                "a name of your own: Dispatcher., EventBridge., Lambda. and Sandbox. are reserved"
            }
            Self::TaskCause => self.json_type(),
        }
    }
}

impl Refusal {
    /// The HTTP status.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::NotJson
            | Self::NotAnObject
            | Self::FieldMissing(_)
            | Self::FieldWrongType(_)
            | Self::FieldInvalid(_) => 400,
            Self::Unauthorized => 401,
            Self::TaskNotFound => 404,
            Self::OutcomeConflict => 409,
            Self::TaskGone => 410,
            Self::BodyTooLarge | Self::OutputTooLarge => 413,
            Self::Unavailable => 503,
        }
    }

    /// The error as the partner's program reads it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Unauthorized => "UNAUTHORIZED",
            Self::BodyTooLarge => "BODY_TOO_LARGE",
            Self::NotJson => "NOT_JSON",
            Self::NotAnObject => "NOT_AN_OBJECT",
            Self::FieldMissing(_) => "FIELD_MISSING",
            Self::FieldWrongType(_) => "FIELD_WRONG_TYPE",
            Self::FieldInvalid(_) => "FIELD_INVALID",
            Self::OutputTooLarge => "OUTPUT_TOO_LARGE",
            Self::TaskNotFound => "TASK_NOT_FOUND",
            Self::OutcomeConflict => "OUTCOME_CONFLICT",
            Self::TaskGone => "TASK_GONE",
            Self::Unavailable => "CALLBACK_UNAVAILABLE",
        }
    }

    /// The field that the error is about.
    pub(crate) fn field(self) -> Option<&'static str> {
        match self {
            Self::FieldMissing(field) | Self::FieldWrongType(field) | Self::FieldInvalid(field) => {
                Some(field.name())
            }
            Self::OutputTooLarge => Some(Field::TaskOutput.name()),
            _ => None,
        }
    }

    /// The header that goes with the status.
    pub(crate) fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            // RFC 9110 §11.6.1 wants a challenge with every 401.
            Self::Unauthorized => Some(("www-authenticate", "Bearer")),
            Self::Unavailable => Some(("retry-after", "5")),
            _ => None,
        }
    }
}
