//! One HTTP client for all doors: no proxy, no redirect, and a status is never an error here.

use std::time::Duration;
use ureq::Agent;

/// The longest that one call may take: a synchronous invocation may wait for its function, and the
/// emulator has been seen to answer nobody for a minute under the load of a large file.
const CALL_TIMEOUT: Duration = Duration::from_mins(3);

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
