//! What the function is given at its start.

use std::{num::ParseIntError, time::Duration};

use aws_smithy_types::timeout::TimeoutConfig;
use callback_task::CallbackTasksTable;
use jiff::SignedDuration;
use lambda_environment::{Environment, MissingVariables, aws};
use partner::{InvalidPartnerId, PartnerId};

use crate::Topic;

/// All attempts of the store together, and all of the publication. Both fit into the function's
/// timeout of 10 seconds, so that a silent service is a named error.
const CALL_TIMEOUT: Duration = Duration::from_millis(4500);

/// How long a task waits where nothing else is said: a day.
const DEFAULT_TIMEOUT_SECONDS: u32 = 86_400;

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    pub(crate) tasks: CallbackTasksTable,
    pub(crate) topic: Topic,
    pub(crate) dispatch: Dispatch,
}

/// Which tasks the function dispatches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// The sort key of its tasks.
    pub task_type: String,
    /// Where a state's input holds the payload.
    pub payload_event_key: String,
    /// Who may answer where neither payload nor input says it.
    pub default_partner: Option<PartnerId>,
    /// How long a task waits for its answer.
    pub timeout: SignedDuration,
}

/// An environment that the function cannot work in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidConfiguration {
    /// Variables are absent.
    #[error(transparent)]
    Missing(#[from] MissingVariables),
    /// `CALLBACK_TIMEOUT_SECONDS` is no whole number of seconds.
    #[error("CALLBACK_TIMEOUT_SECONDS is not a number of seconds")]
    Timeout(#[source] ParseIntError),
    /// `DEFAULT_PARTNER_ID` is no partner id.
    #[error("DEFAULT_PARTNER_ID is not the id of a partner")]
    DefaultPartner(#[source] InvalidPartnerId),
}

impl Adapters {
    /// The function's resources, from `SNS_TOPIC_ARN`, `CALLBACK_TABLE`, `TASK_TYPE`,
    /// `PAYLOAD_EVENT_KEY` and, where they are set, `CALLBACK_TIMEOUT_SECONDS` and
    /// `DEFAULT_PARTNER_ID`.
    ///
    /// # Errors
    /// [`InvalidConfiguration`].
    pub fn from_environment(environment: &Environment) -> Result<Self, InvalidConfiguration> {
        let [topic_arn, callback_table, task_type, payload_event_key] = environment.required([
            "SNS_TOPIC_ARN",
            "CALLBACK_TABLE",
            "TASK_TYPE",
            "PAYLOAD_EVENT_KEY",
        ])?;
        let timeout = match environment.optional("CALLBACK_TIMEOUT_SECONDS") {
            Some(seconds) => seconds.parse().map_err(InvalidConfiguration::Timeout)?,
            None => DEFAULT_TIMEOUT_SECONDS,
        };
        let default_partner = environment
            .optional("DEFAULT_PARTNER_ID")
            .map(PartnerId::parse)
            .transpose()
            .map_err(InvalidConfiguration::DefaultPartner)?;
        let config = aws::config(environment)?;
        let timeouts = TimeoutConfig::builder()
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let dynamodb =
            aws_sdk_dynamodb::config::Builder::from(&config).timeout_config(timeouts.clone());
        let sns = aws_sdk_sns::config::Builder::from(&config).timeout_config(timeouts);
        let dynamodb = aws_sdk_dynamodb::Client::from_conf(dynamodb.build());
        let sns = aws_sdk_sns::Client::from_conf(sns.build());
        let dispatch = Dispatch {
            task_type,
            payload_event_key,
            default_partner,
            timeout: SignedDuration::from_secs(timeout.into()),
        };
        Ok(Self::new(
            CallbackTasksTable::new(dynamodb, callback_table),
            Topic::new(sns, topic_arn),
            dispatch,
        ))
    }

    /// The function's resources, made elsewhere.
    #[must_use]
    pub fn new(tasks: CallbackTasksTable, topic: Topic, dispatch: Dispatch) -> Self {
        Self {
            tasks,
            topic,
            dispatch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [(&str, &str); 4] = [
        (
            "SNS_TOPIC_ARN",
            "arn:aws:sns:eu-central-1:123456789012:shipping",
        ),
        ("CALLBACK_TABLE", "callback-tasks"),
        ("TASK_TYPE", "ORDER_SHIPPING_SERVICE"),
        ("PAYLOAD_EVENT_KEY", "process_order_output"),
    ];

    fn environment(seconds: &'static str) -> Environment {
        let timeout = [("CALLBACK_TIMEOUT_SECONDS", seconds)];
        Environment::of_lambda(OWN.into_iter().chain(timeout))
    }

    #[test]
    fn a_task_waits_a_day_unless_the_environment_says_otherwise() {
        for (seconds, timeout) in [("", 86_400), ("5", 5)] {
            let adapters = Adapters::from_environment(&environment(seconds)).unwrap();
            assert_eq!(adapters.dispatch.timeout.as_secs(), timeout);
        }
    }

    #[test]
    fn a_malformed_timeout_is_named() {
        for seconds in ["-1", "1.5", "a day", "4294967296"] {
            let error = Adapters::from_environment(&environment(seconds)).unwrap_err();
            assert!(error.to_string().starts_with("CALLBACK_TIMEOUT_SECONDS"));
        }
    }

    #[test]
    fn a_default_partner_may_be_given_and_is_checked() {
        let with = |partner| {
            let partner = [("DEFAULT_PARTNER_ID", partner)];
            Adapters::from_environment(&Environment::of_lambda(OWN.into_iter().chain(partner)))
        };
        let partner = |id| with(id).unwrap().dispatch.default_partner;
        assert_eq!(partner(""), None);
        assert_eq!(partner("acme"), Some(PartnerId::parse("acme").unwrap()));
        let error = with("ACME").unwrap_err();
        assert!(error.to_string().starts_with("DEFAULT_PARTNER_ID"));
    }

    #[test]
    fn every_missing_variable_is_reported_at_once() {
        let error = Adapters::from_environment(&Environment::default()).unwrap_err();
        let names = [
            "SNS_TOPIC_ARN",
            "CALLBACK_TABLE",
            "TASK_TYPE",
            "PAYLOAD_EVENT_KEY",
        ];
        let missing = MissingVariables(names.to_vec());
        assert_eq!(error, InvalidConfiguration::Missing(missing));
    }
}
