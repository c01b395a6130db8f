//! One JSON object a line on standard output, which is where Lambda collects logs.
//!
//! The message is a sentence for people, the fields are for queries, and units stand in field
//! names. A bearer token, a task token, a transaction's message and a request's body are never
//! logged, at any level: below `INFO` the SDK and the Lambda runtime write whole requests and events,
//! and so nothing below `INFO` is written at all.

use tracing::Level;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
};

/// The runtime's own line for a failed invocation repeats ours, with the failure's debug form. A
/// panic is written to standard error by Rust itself.
const RUNTIME_FAILURES: &str = "lambda_runtime::layers::panic";

/// Starts logging at the level that `AWS_LAMBDA_LOG_LEVEL` names (Lambda's advanced logging
/// controls set it), or at `INFO`, which is also the most that is written. A second call changes
/// nothing.
pub fn start(level: Option<&str>) {
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false);
    let subscriber = tracing_subscriber::registry()
        .with(targets(level))
        .with(lines);
    // A second subscriber is refused; the first stays, which is what a test wants.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

fn targets(level: Option<&str>) -> Targets {
    let level = level
        .and_then(|level| level.parse().ok())
        .unwrap_or(Level::INFO)
        .min(Level::INFO);
    Targets::new()
        .with_default(level)
        .with_target(RUNTIME_FAILURES, LevelFilter::OFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_below_info_is_ever_written() {
        for level in [None, Some("DEBUG"), Some("TRACE"), Some("nonsense")] {
            let targets = targets(level);
            assert!(targets.would_enable("batch_splitter", &Level::INFO));
            assert!(!targets.would_enable("aws_smithy_runtime", &Level::DEBUG));
        }
        assert!(!targets(Some("WARN")).would_enable("batch_splitter", &Level::INFO));
    }

    #[test]
    fn a_failed_invocation_is_logged_once() {
        assert!(!targets(None).would_enable(RUNTIME_FAILURES, &Level::ERROR));
    }
}
