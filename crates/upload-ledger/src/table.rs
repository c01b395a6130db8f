//! The uploads table: partition key `upload_id`.

use aws_sdk_dynamodb::{
    Client,
    operation::{
        put_item::PutItemError,
        update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    },
    types::{
        AttributeValue::{N, S},
        ReturnValue, ReturnValuesOnConditionCheckFailure,
    },
};
use domain_event::Event;
use transaction::UploadId;

use crate::{
    LedgerError, NewUpload, Standing, Status,
    row::{self, Row},
};

/// The uploads table, reached through a client. A clone shares its connections.
#[derive(Clone, Debug)]
pub struct UploadsTable {
    client: Client,
    name: String,
}

/// What a conditional update found.
enum Updated {
    /// The row as it is now.
    Done(Option<Row>),
    /// The row that the condition did not hold for.
    Refused(Option<Row>),
}

impl UploadsTable {
    /// The table of that name.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// Enters an upload, and answers how far it is: one that came before stands as it is.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn receive(&self, upload: &NewUpload) -> Result<Standing, LedgerError> {
        let result = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(row::new_row(upload)))
            .condition_expression("attribute_not_exists(upload_id)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else {
            return Ok(Standing::NEW);
        };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                Standing::read(refused.item().ok_or(LedgerError::Row("upload_id"))?)
            }
            _ => Err(LedgerError::Put(Box::new(error))),
        }
    }

    /// Notes that the file was refused as a whole. The first time stands.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn reject(&self, upload: &UploadId, rejected_at: &str) -> Result<(), LedgerError> {
        let update = self
            .update(upload)
            .update_expression("SET #status = :rejected, rejected_at = :now")
            .condition_expression("#status = :received")
            .expression_attribute_values(":received", status(Status::Received))
            .expression_attribute_values(":rejected", status(Status::Rejected))
            .expression_attribute_values(":now", S(rejected_at.to_owned()));
        send(update).await.map(drop)
    }

    /// Notes that all `transactions` of the file are on their way, of which `accepted` were sent
    /// on and the others rejected. The first time stands. A file that was refused may be taken later,
    /// when what it was refused for is allowed.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn mark_split(
        &self,
        upload: &UploadId,
        accepted: u64,
        transactions: u64,
        split_at: &str,
    ) -> Result<(), LedgerError> {
        let update = self
            .update(upload)
            .update_expression(
                "SET #status = :split, accepted = :accepted, transactions = :transactions, \
                 split_at = :now",
            )
            .condition_expression("#status IN (:received, :rejected)")
            .expression_attribute_values(":received", status(Status::Received))
            .expression_attribute_values(":rejected", status(Status::Rejected))
            .expression_attribute_values(":split", status(Status::Split))
            .expression_attribute_values(":accepted", N(accepted.to_string()))
            .expression_attribute_values(":transactions", N(transactions.to_string()))
            .expression_attribute_values(":now", S(split_at.to_owned()));
        send(update).await.map(drop)
    }

    /// Completes the upload if all its transactions have ended. Answers the event to announce: now,
    /// or again if it was not announced after an earlier completion.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) async fn complete(
        &self,
        upload: &UploadId,
        completed_at: &str,
    ) -> Result<Option<Event>, LedgerError> {
        let update = self
            .update(upload)
            .update_expression("SET #status = :completed, completed_at = :now")
            .condition_expression("#status = :split AND ended = transactions")
            .expression_attribute_values(":split", status(Status::Split))
            .expression_attribute_values(":completed", status(Status::Completed))
            .expression_attribute_values(":now", S(completed_at.to_owned()));
        let row = match send(update).await? {
            Updated::Done(row) | Updated::Refused(row) => row,
        };
        let Some(row) = row else { return Ok(None) };
        let is_silent = !row.contains_key("announced_at");
        match row::status(&row)? {
            Status::Completed if is_silent => row::completed(&row).map(Some),
            _ => Ok(None),
        }
    }

    /// Notes that the completion was announced.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) async fn mark_announced(
        &self,
        upload: &UploadId,
        announced_at: &str,
    ) -> Result<(), LedgerError> {
        let update = self
            .update(upload)
            .update_expression("SET announced_at = :now")
            .condition_expression("#status = :completed")
            .expression_attribute_values(":completed", status(Status::Completed))
            .expression_attribute_values(":now", S(announced_at.to_owned()));
        send(update).await.map(drop)
    }

    /// Every update is conditional on the status.
    fn update(&self, upload: &UploadId) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.name)
            .key("upload_id", S(upload.as_str().to_owned()))
            .expression_attribute_names("#status", "status")
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }
}

async fn send(update: UpdateItemFluentBuilder) -> Result<Updated, LedgerError> {
    let error = match update.send().await {
        Ok(done) => return Ok(Updated::Done(done.attributes)),
        Err(error) => error,
    };
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
            Ok(Updated::Refused(refused.item().cloned()))
        }
        _ => Err(LedgerError::Update(Box::new(error))),
    }
}

fn status(status: Status) -> aws_sdk_dynamodb::types::AttributeValue {
    S(status.as_str().to_owned())
}
