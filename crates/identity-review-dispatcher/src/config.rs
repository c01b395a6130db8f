//! What the function is given at its start.

use callback_task::{CallbackTasksTable, TaskCallbacks};
use domain_event::EventBus;
use jiff::SignedDuration;
use lambda_environment::{Environment, MissingVariables, aws};
use partner::{InvalidPartnerId, PartnerId};

/// Seconds that a Task state waits at most (Amazon States Language, `TimeoutSeconds`).
const LONGEST_TIMEOUT_SECONDS: u32 = 99_999_999;

/// The resources that the function works with, and who reviews.
#[derive(Clone, Debug)]
pub struct Adapters {
    /// The waiting states.
    pub tasks: TaskCallbacks,
    /// Where tokens are kept.
    pub callbacks: CallbackTasksTable,
    /// Where reviews are asked for.
    pub events: EventBus,
    /// The partner that alone may answer: the first one, who operates the stack.
    pub reviewer: PartnerId,
    /// How long a review waits.
    pub timeout: SignedDuration,
}

/// An environment that the function cannot start in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurationError {
    /// Variables are absent or empty.
    #[error(transparent)]
    Missing(#[from] MissingVariables),
    /// The first partner's id has not the form of one.
    #[error("FIRST_PARTNER_ID is no partner id")]
    Partner(#[source] InvalidPartnerId),
    /// The timeout is none that a state can have.
    #[error("CALLBACK_TIMEOUT_SECONDS is not a whole number from 1 to 99,999,999.")]
    Timeout,
}

impl Adapters {
    /// The function's resources: those that its environment names.
    ///
    /// # Errors
    /// [`ConfigurationError`].
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigurationError> {
        let [partner_id, callback_table, event_bus, timeout] = environment.required([
            "FIRST_PARTNER_ID",
            "CALLBACK_TABLE",
            "EVENT_BUS_NAME",
            "CALLBACK_TIMEOUT_SECONDS",
        ])?;
        let config = aws::config(environment)?;
        Ok(Self {
            tasks: TaskCallbacks::from_config(aws_sdk_sfn::config::Builder::from(&config)),
            callbacks: CallbackTasksTable::new(
                aws_sdk_dynamodb::Client::new(&config),
                callback_table,
            ),
            events: EventBus::new(aws_sdk_eventbridge::Client::new(&config), event_bus),
            reviewer: PartnerId::parse(partner_id).map_err(ConfigurationError::Partner)?,
            timeout: seconds(&timeout).ok_or(ConfigurationError::Timeout)?,
        })
    }
}

fn seconds(text: &str) -> Option<SignedDuration> {
    let seconds: u32 = text.parse().ok()?;
    (1..=LONGEST_TIMEOUT_SECONDS)
        .contains(&seconds)
        .then(|| SignedDuration::from_secs(i64::from(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(variables: &[(&str, &str)]) -> Result<Adapters, ConfigurationError> {
        let whole = [
            ("FIRST_PARTNER_ID", "acme"),
            ("CALLBACK_TABLE", "callback-tasks"),
            ("EVENT_BUS_NAME", "events"),
            ("CALLBACK_TIMEOUT_SECONDS", "86400"),
        ];
        let own = whole.into_iter().chain(variables.iter().copied());
        Adapters::from_environment(&Environment::of_lambda(own))
    }

    #[test]
    fn reviewer_and_timeout_come_from_the_environment() {
        let adapters = configured(&[]).unwrap();
        assert_eq!(adapters.reviewer.as_str(), "acme");
        assert_eq!(adapters.timeout, SignedDuration::from_hours(24));
    }

    #[test]
    fn every_missing_variable_is_named() {
        let missing = configured(&[("CALLBACK_TABLE", ""), ("EVENT_BUS_NAME", "")]).unwrap_err();
        assert_eq!(
            missing,
            MissingVariables(vec!["CALLBACK_TABLE", "EVENT_BUS_NAME"]).into()
        );
    }

    #[test]
    fn a_partner_or_timeout_that_is_none_is_an_error() {
        let error = configured(&[("FIRST_PARTNER_ID", "A")]).unwrap_err();
        assert_eq!(error, ConfigurationError::Partner(InvalidPartnerId));
        for timeout in ["0", "-1", "1.5", "100000000", "a day"] {
            let error = configured(&[("CALLBACK_TIMEOUT_SECONDS", timeout)]).unwrap_err();
            assert_eq!(error, ConfigurationError::Timeout, "{timeout}");
        }
    }
}
