//! One HTTP client for all doors: no proxy, no redirect, and a status is never an error here.

use std::time::Duration;
use ureq::Agent;

/// The longest that one call may take: a synchronous invocation may wait for its function.
const CALL_TIMEOUT: Duration = Duration::from_mins(1);

pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_connect(Some(Duration::from_secs(5)))
        .timeout_global(Some(CALL_TIMEOUT))
        .build()
        .into()
}
