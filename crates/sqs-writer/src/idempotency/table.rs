//! The table of idempotency keys.

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::AttributeValue::{self, N, S},
};
use jiff::{SignedDuration, Timestamp};

use super::{
    claim::{Attempt, Claim, KeyedRequest, Standing, standing},
    conditional_write::{self, Write},
    error::IdempotencyTableError,
    row,
};

/// How long a key is kept after its first request.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// How long an attempt is taken for alive: longer than the function's timeout, so that nearly
/// always it is dead afterwards. One that is not sends the same message as its successor.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// The table of idempotency keys: partition key `partner`, sort key `idempotency_key`, time to
/// live `expires_at`. `DynamoDB` deletes what has expired days later, so every condition looks at
/// `expires_at` as well.
#[derive(Clone, Debug)]
pub struct IdempotencyTable {
    client: Client,
    name: String,
}

impl IdempotencyTable {
    /// The table of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// Claims the key for a new attempt: one that is not used, or has expired, or whose attempt
    /// died with the same content. `received_at` (RFC 3339, UTC) is kept with a new key.
    pub(crate) async fn claim(
        &self,
        request: &KeyedRequest<'_>,
        received_at: &str,
        now: Timestamp,
    ) -> Result<Claim, IdempotencyTableError> {
        let id = format!("{:032x}", fastrand::u128(..));
        let write = self.new_key(request, received_at, &id, now);
        let write = conditional_write::send(write)
            .await
            .map_err(IdempotencyTableError::Claim)?;
        match write {
            Write::Done => Ok(Claim::Granted(Attempt {
                id,
                received_at: received_at.to_owned(),
            })),
            Write::Refused(row) => {
                let used = row::read(&row.unwrap_or_default())?;
                match standing(used, request, &id, now) {
                    Standing::Decided(claim) => Ok(claim),
                    Standing::Died(dead) => self.take_over(request, dead, id, now).await,
                }
            }
        }
    }

    /// The write that makes the row new, whatever an expired one left in it.
    fn new_key(
        &self,
        request: &KeyedRequest<'_>,
        received_at: &str,
        id: &str,
        now: Timestamp,
    ) -> UpdateItemFluentBuilder {
        self.update(request, now)
            .update_expression(
                "SET content_sha256 = :content, received_at = :received_at, attempt = :attempt, \
                 lease_until = :lease_until, expires_at = :expires_at REMOVE queued_at",
            )
            .condition_expression("attribute_not_exists(idempotency_key) OR expires_at <= :now")
            .expression_attribute_values(":content", S(request.content.as_str().to_owned()))
            .expression_attribute_values(":received_at", S(received_at.to_owned()))
            .expression_attribute_values(":attempt", S(id.to_owned()))
            .expression_attribute_values(":lease_until", seconds_up(now + LEASE))
            .expression_attribute_values(":expires_at", seconds_up(now + KEPT))
    }

    /// Puts the attempt `id` in the place of the one that died. Where another repetition was
    /// faster, its row decides; where the key has expired meanwhile, or that repetition died as
    /// well, the partner comes again.
    async fn take_over(
        &self,
        request: &KeyedRequest<'_>,
        dead: Attempt,
        id: String,
        now: Timestamp,
    ) -> Result<Claim, IdempotencyTableError> {
        let write = self
            .update(request, now)
            .update_expression("SET attempt = :attempt, lease_until = :lease_until")
            .condition_expression("attempt = :dead AND expires_at > :now")
            .expression_attribute_values(":attempt", S(id.clone()))
            .expression_attribute_values(":lease_until", seconds_up(now + LEASE))
            .expression_attribute_values(":dead", S(dead.id));
        let write = conditional_write::send(write)
            .await
            .map_err(IdempotencyTableError::TakeOver)?;
        match write {
            Write::Done => Ok(Claim::Granted(Attempt {
                id,
                received_at: dead.received_at,
            })),
            Write::Refused(None) => Ok(Claim::InFlight),
            Write::Refused(Some(row)) => match standing(row::read(&row)?, request, &id, now) {
                Standing::Decided(claim) => Ok(claim),
                Standing::Died(_) => Ok(Claim::InFlight),
            },
        }
    }

    /// Notes that the transaction stands on the queue, whichever attempt holds the key by now: all
    /// of them send the same message. A row that has expired or is another's is left as it is.
    pub(crate) async fn mark_queued(
        &self,
        request: &KeyedRequest<'_>,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<(), IdempotencyTableError> {
        let write = self
            .update(request, now)
            .update_expression("SET queued_at = :queued_at REMOVE attempt, lease_until")
            .condition_expression(
                "content_sha256 = :content AND received_at = :received_at AND expires_at > :now",
            )
            .expression_attribute_values(":queued_at", S(now.to_string()))
            .expression_attribute_values(":content", S(request.content.as_str().to_owned()))
            .expression_attribute_values(":received_at", S(attempt.received_at.clone()));
        conditional_write::send(write)
            .await
            .map(drop)
            .map_err(IdempotencyTableError::MarkQueued)
    }

    /// Ends the lease of an attempt that failed, so that a repetition need not wait. The row stays:
    /// a send that failed may have reached the queue, and the repetition has to send the very same
    /// message. A row that another attempt holds is left as it is.
    pub(crate) async fn release(
        &self,
        request: &KeyedRequest<'_>,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<(), IdempotencyTableError> {
        let write = self
            .update(request, now)
            .update_expression("SET lease_until = :now")
            .condition_expression("attempt = :attempt AND expires_at > :now")
            .expression_attribute_values(":attempt", S(attempt.id.clone()));
        conditional_write::send(write)
            .await
            .map(drop)
            .map_err(IdempotencyTableError::Release)
    }

    /// A write to the key's row; each of them compares `:now`.
    fn update(&self, request: &KeyedRequest<'_>, now: Timestamp) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.name)
            .key("partner", S(request.partner.to_string()))
            .key("idempotency_key", S(request.key.as_str().to_owned()))
            .expression_attribute_values(":now", N(now.as_second().to_string()))
    }
}

/// The whole seconds since 1970 at or after a moment, as the table's time to live counts.
fn seconds_up(moment: Timestamp) -> AttributeValue {
    let fraction = moment.subsec_nanosecond() > 0;
    N((moment.as_second() + i64::from(fraction)).to_string())
}
