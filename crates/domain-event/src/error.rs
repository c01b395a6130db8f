//! What can go wrong on the way to the event bus.

use aws_sdk_eventbridge::{error::SdkError, operation::put_events::PutEventsError};

/// Events that did not reach the bus, or may not have. No text holds anything of an event.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// `PutEvents` failed as a whole, for good or at every attempt.
    #[error("The events could not be published")]
    Call(#[source] Box<SdkError<PutEventsError>>),
    /// The bus refused an event for a reason that no repetition removes.
    #[error("The event bus refused an event ({code}).")]
    Refused {
        /// The reason, as Amazon EventBridge names it.
        code: String,
    },
    /// Some events failed at every attempt.
    #[error("{events} events could not be published ({code}).")]
    Unpublished {
        /// How many were not acknowledged.
        events: usize,
        /// The reason of the last attempt, as Amazon EventBridge names it.
        code: String,
    },
    /// The event is larger than any that Amazon EventBridge takes.
    #[error("The event of {bytes} bytes is larger than the event bus takes.")]
    TooLarge {
        /// Its size as Amazon EventBridge counts it.
        bytes: usize,
    },
}
