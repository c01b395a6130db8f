//! What the recorder reads from its environment.

use domain_event::EventBus;
use lambda_environment::{Environment, MissingVariables, aws};
use rejection::RejectionsTable;

use crate::{executions::Executions, transactions::TransactionsTable};

/// What the recorder reaches.
#[derive(Debug)]
pub struct Adapters {
    /// Where the input of an execution is read that its event left out.
    pub executions: Executions,
    /// Where it looks whether the transaction is stored.
    pub transactions: TransactionsTable,
    /// Where it records the rejection.
    pub rejections: RejectionsTable,
    /// Where it announces the rejection.
    pub events: EventBus,
}

impl Adapters {
    /// Makes the clients and reads `TRANSACTIONS_TABLE`, `REJECTIONS_TABLE` and `EVENT_BUS_NAME`.
    ///
    /// # Errors
    /// [`MissingVariables`] names all that are absent.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [transactions, rejections, event_bus] =
            environment.required(["TRANSACTIONS_TABLE", "REJECTIONS_TABLE", "EVENT_BUS_NAME"])?;
        let config = aws::config(environment)?;
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        Ok(Self {
            executions: Executions::new(aws_sdk_sfn::Client::new(&config)),
            transactions: TransactionsTable::new(dynamodb.clone(), transactions),
            rejections: RejectionsTable::new(dynamodb, rejections),
            events: EventBus::new(aws_sdk_eventbridge::Client::new(&config), event_bus),
        })
    }
}
