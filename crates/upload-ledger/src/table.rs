//! The uploads table: partition key `upload_id`.

use aws_sdk_dynamodb::{
    Client,
    operation::{
        put_item::PutItemError,
        update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    },
    types::{
        AttributeValue::{self, N, S},
        ReturnValue, ReturnValuesOnConditionCheckFailure,
    },
};
use domain_event::Event;
use jiff::{SignedDuration, Timestamp};
use transaction::UploadId;

use crate::{
    LedgerError, NewUpload, Standing, Status, giving_way,
    row::{self, Row},
};

/// How long whoever completed an upload is left to announce that, before another takes it for dead.
const GRACE: SignedDuration = SignedDuration::from_secs(30);

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
    /// The table of that name. Other writers of a row are given way to, whatever attempts the client
    /// makes otherwise.
    #[must_use]
    pub fn new(client: &Client, table_name: String) -> Self {
        Self {
            client: giving_way(client),
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
            return Ok(Standing::of_new(upload));
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
        split_at: Timestamp,
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
            .expression_attribute_values(":now", time(split_at));
        send(update).await.map(drop)
    }

    /// Completes the upload if all its transactions have ended. Answers the event to announce: that
    /// of whoever completes the upload, also where the write's first answer was lost, or one that has
    /// not been announced for a while since.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) async fn complete(
        &self,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Option<Event>, LedgerError> {
        let update = self
            .update(upload)
            .update_expression("SET #status = :completed, completed_at = :now")
            .condition_expression("#status = :split AND ended >= transactions")
            .expression_attribute_values(":split", status(Status::Split))
            .expression_attribute_values(":completed", status(Status::Completed))
            .expression_attribute_values(":now", time(now));
        match send(update).await? {
            Updated::Done(row) => row.as_ref().map(row::completed).transpose(),
            Updated::Refused(Some(row)) if is_to_announce(&row, now)? => {
                row::completed(&row).map(Some)
            }
            Updated::Refused(_) => Ok(None),
        }
    }

    /// Notes that the completion was announced.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) async fn mark_announced(
        &self,
        upload: &UploadId,
        announced_at: Timestamp,
    ) -> Result<(), LedgerError> {
        let update = self
            .update(upload)
            .update_expression("SET announced_at = :now")
            .condition_expression("#status = :completed")
            .expression_attribute_values(":completed", status(Status::Completed))
            .expression_attribute_values(":now", time(announced_at));
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

/// Whether a completion that nobody has announced is our own, of this very moment, or that of another
/// who has not announced it in time.
fn is_to_announce(row: &Row, now: Timestamp) -> Result<bool, LedgerError> {
    if row::status(row)? != Status::Completed || row.contains_key("announced_at") {
        return Ok(false);
    }
    let is_own = row.get("completed_at") == Some(&time(now));
    Ok(is_own || now.duration_since(row::completed_at(row)?) >= GRACE)
}

fn time(time: Timestamp) -> AttributeValue {
    S(format!("{time:.3}"))
}

fn status(status: Status) -> AttributeValue {
    S(status.as_str().to_owned())
}
