//! How every function fails and logs: typed errors for the Lambda runtime and structured lines
//! for people.
//!
//! A failure has two readers. The caller (a Step Functions `Catch`, Lambda's asynchronous retry)
//! reads [`Failure::error_type`], which is part of the function's contract. The operator reads one
//! log line with the whole chain of causes, written once, where the failure leaves the function.

mod chain;
pub mod logging;
#[cfg(feature = "sqs")]
pub mod sqs_batch;

use std::fmt;

pub use chain::Chain;
use lambda_runtime::Diagnostic;

/// A failure that leaves a function: a stable name, and the error behind it.
///
/// ```
/// # #[derive(Debug, thiserror::Error)] #[error("The object is gone.")] struct Gone;
/// use lambda_failure::Failure;
///
/// let diagnostic: lambda_runtime::Diagnostic = Failure::new("ObjectNotFound", Gone).into();
/// assert_eq!(diagnostic.error_type, "ObjectNotFound");
/// assert_eq!(diagnostic.error_message, "The object is gone.");
/// ```
pub struct Failure {
    error_type: &'static str,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl Failure {
    /// `error_type` is what a `Catch` or a `Retry` selects: letters and digits, the same for ever.
    pub fn new(
        error_type: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            error_type,
            source: source.into(),
        }
    }

    /// The name that the caller sees.
    #[must_use]
    pub fn error_type(&self) -> &'static str {
        self.error_type
    }
}

/// The debug form of an SDK's error holds the whole answer, so it is left out.
impl fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Failure({}: {})", self.error_type, self.source)
    }
}

/// The failure is logged here, once: every function's errors pass this way to the runtime.
impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        let chain = Chain(failure.source.as_ref()).to_string();
        tracing::error!(
            error_type = failure.error_type,
            error = chain,
            "The invocation failed."
        );
        Self {
            error_type: failure.error_type.to_owned(),
            error_message: failure.source.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_reads_the_name_and_the_outermost_sentence() {
        let failure = Failure::new("ObjectNotFound", "The object is gone.");
        assert_eq!(failure.error_type(), "ObjectNotFound");
        let diagnostic = Diagnostic::from(failure);
        assert_eq!(diagnostic.error_type, "ObjectNotFound");
        assert_eq!(diagnostic.error_message, "The object is gone.");
    }
}
