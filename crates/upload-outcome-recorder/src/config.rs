//! What the function is given at its start.

use domain_event::EventBus;
use lambda_environment::{Environment, MissingVariables, aws};
use upload_ledger::UploadsTable;

use crate::OutcomesTable;

/// The resources that the function works with.
#[derive(Clone, Debug)]
pub struct Adapters {
    /// What became of each transaction, and how many there are of which.
    pub outcomes: OutcomesTable,
    /// The ledger.
    pub uploads: UploadsTable,
    /// Where a complete upload is announced.
    pub events: EventBus,
}

impl Adapters {
    /// The function's resources: those that its environment names.
    ///
    /// # Errors
    /// [`MissingVariables`] lists what the environment lacks.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [uploads, outcomes, event_bus] =
            environment.required(["UPLOADS_TABLE", "UPLOAD_OUTCOMES_TABLE", "EVENT_BUS_NAME"])?;
        let config = aws::config(environment)?;
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        let events = aws_sdk_eventbridge::Client::new(&config);
        Ok(Self {
            outcomes: OutcomesTable::new(&dynamodb, outcomes, uploads.clone()),
            uploads: UploadsTable::new(&dynamodb, uploads),
            events: EventBus::new(events, event_bus),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_starts_with_its_variables_and_those_of_lambda() {
        let environment = Environment::of_lambda([
            ("UPLOADS_TABLE", "uploads"),
            ("UPLOAD_OUTCOMES_TABLE", "outcomes"),
            ("EVENT_BUS_NAME", "events"),
        ]);
        assert!(Adapters::from_environment(&environment).is_ok());
    }

    #[test]
    fn all_missing_variables_are_reported_at_once() {
        let missing = Adapters::from_environment(&Environment::default()).unwrap_err();
        let names = ["UPLOADS_TABLE", "UPLOAD_OUTCOMES_TABLE", "EVENT_BUS_NAME"];
        assert_eq!(missing.0, names);
    }
}
