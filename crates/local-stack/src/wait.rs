//! Waiting for what happens on its own time.

use std::error::Error;
use std::time::{Duration, Instant};

/// How long to rest between two looks.
const INTERVAL: Duration = Duration::from_millis(100);

/// What one look saw.
pub enum Look<T> {
    /// What was waited for.
    Done(T),
    /// Not yet; what was seen instead, for the message when time is up.
    Waiting(String),
}

/// Why the waiting ended without what was waited for.
#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    /// Time is up.
    #[error("Waited {} seconds for {awaited}, but saw {seen}.", .waited.as_secs())]
    TimeIsUp {
        /// What was waited for.
        awaited: String,
        /// What the last look saw.
        seen: String,
        /// How long.
        waited: Duration,
    },
    /// A look failed.
    #[error("Cannot see whether there is {awaited}.")]
    Look {
        /// What was waited for.
        awaited: String,
        /// The reason.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Looks again and again until `look` is done or `limit` has passed. `awaited` names the thing so
/// that it fits after "waited for".
///
/// ```
/// use local_stack::wait::{self, Look};
/// use std::time::Duration;
///
/// let mut looks = 0;
/// let seen = wait::until("three looks", Duration::from_secs(5), || {
///     looks += 1;
///     Ok::<_, std::io::Error>(match looks {
///         3 => Look::Done("the third"),
///         _ => Look::Waiting(format!("{looks} looks")),
///     })
/// });
/// assert_eq!(seen.unwrap(), "the third");
/// ```
pub fn until<T, E>(
    awaited: &str,
    limit: Duration,
    mut look: impl FnMut() -> Result<Look<T>, E>,
) -> Result<T, WaitError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let start = Instant::now();
    loop {
        let seen = match look() {
            Ok(Look::Done(value)) => return Ok(value),
            Ok(Look::Waiting(seen)) => seen,
            Err(source) => {
                return Err(WaitError::Look {
                    awaited: awaited.to_owned(),
                    source: source.into(),
                });
            }
        };
        if start.elapsed() >= limit {
            return Err(WaitError::TimeIsUp {
                awaited: awaited.to_owned(),
                seen,
                waited: limit,
            });
        }
        std::thread::sleep(INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_says_what_was_seen_last() {
        let result = until("twelve rows", Duration::ZERO, || {
            Ok::<Look<()>, std::io::Error>(Look::Waiting("7 rows".to_owned()))
        });
        assert_eq!(
            result.unwrap_err().to_string(),
            "Waited 0 seconds for twelve rows, but saw 7 rows."
        );
    }
}
