//! The partners table.

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::update_item::{
        UpdateItemError, UpdateItemOutput, builders::UpdateItemFluentBuilder,
    },
    types::{AttributeValue, ReturnValue},
};

use crate::{
    NewPartner, Partner, PartnerId, PartnersTableError, Status, TokenHash,
    row::{
        self, ACTIVE, API_TOKEN_SHA256, DISABLED, EMAIL, NAME, PARTNER_ID, REMOVED_BY_STACK, Row,
        STATUS,
    },
};

/// The index on `api_token_sha256`, which projects every attribute.
const TOKEN_INDEX: &str = "by-api-token";

/// The partners table: partition key `partner_id`, index `by-api-token` on `api_token_sha256`.
#[derive(Clone, Debug)]
pub struct PartnersTable {
    client: Client,
    name: String,
}

impl PartnersTable {
    /// The table of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, table_name: String) -> Self {
        Self {
            client,
            name: table_name,
        }
    }

    /// The partner of that id, by a consistent read: whoever was registered or enabled a moment ago
    /// is found.
    ///
    /// # Errors
    /// [`PartnersTableError::Find`] and [`PartnersTableError::Malformed`].
    pub async fn find(&self, id: &PartnerId) -> Result<Option<Partner>, PartnersTableError> {
        let output = self
            .client
            .get_item()
            .table_name(&self.name)
            .key(PARTNER_ID, text(id.as_str()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| PartnersTableError::Find(Box::new(error)))?;
        Ok(output.item().map(row::read).transpose()?)
    }

    /// The partner whose API token has that hash.
    ///
    /// A partner that was renamed by a stack update leaves its old row, disabled, with the same
    /// hash. So the one active row owns the token; without one, a disabled row does.
    ///
    /// # Errors
    /// [`PartnersTableError::FindByToken`], [`PartnersTableError::Malformed`] and, for two active
    /// rows, [`PartnersTableError::AmbiguousToken`].
    pub async fn find_by_token(
        &self,
        hash: &TokenHash,
    ) -> Result<Option<Partner>, PartnersTableError> {
        let output = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(TOKEN_INDEX)
            .key_condition_expression("#hash = :hash")
            .expression_attribute_names("#hash", API_TOKEN_SHA256)
            .expression_attribute_values(":hash", text(hash.as_str()))
            .send()
            .await
            .map_err(|error| PartnersTableError::FindByToken(Box::new(error)))?;
        // A page is 1 MiB: a second one is no rename but a flood of copies.
        if output.last_evaluated_key().is_some() {
            return Err(PartnersTableError::AmbiguousToken);
        }
        token_owner(output.items())
    }

    /// Writes the row of a partner that is new to its stack. Of a row that is there already, with the
    /// same token, it changes name and email alone. Answers the row as it stands afterwards.
    ///
    /// One `UpdateItem` does both, so a repetition after a lost answer changes nothing.
    ///
    /// # Errors
    /// [`PartnersTableError::OtherToken`], [`PartnersTableError::Register`] and
    /// [`PartnersTableError::Malformed`].
    pub async fn register(&self, partner: &NewPartner) -> Result<Partner, PartnersTableError> {
        let write = self
            .write(partner)
            .condition_expression("attribute_not_exists(#hash) OR #hash = :hash");
        match write.send().await {
            Ok(output) => Ok(row::read(&output.attributes.unwrap_or_default())?),
            Err(error) if is_refused_by_its_condition(&error) => {
                Err(PartnersTableError::OtherToken)
            }
            Err(error) => Err(PartnersTableError::Register(Box::new(error))),
        }
    }

    /// Sets the name and email of a partner, never its status or hash. Answers the row as it stands
    /// afterwards; one that is gone is written anew.
    ///
    /// # Errors
    /// [`PartnersTableError::Register`] and [`PartnersTableError::Malformed`].
    pub async fn change_contact(
        &self,
        partner: &NewPartner,
    ) -> Result<Partner, PartnersTableError> {
        let output = self
            .write(partner)
            .send()
            .await
            .map_err(|error| PartnersTableError::Register(Box::new(error)))?;
        Ok(row::read(&output.attributes.unwrap_or_default())?)
    }

    fn write(&self, partner: &NewPartner) -> UpdateItemFluentBuilder {
        self.update_row(&partner.id)
            .update_expression(
                "SET #name = :name, #email = :email, #status = if_not_exists(#status, :active), \
                 #hash = if_not_exists(#hash, :hash)",
            )
            .expression_attribute_names("#name", NAME)
            .expression_attribute_names("#email", EMAIL)
            .expression_attribute_names("#status", STATUS)
            .expression_attribute_names("#hash", API_TOKEN_SHA256)
            .expression_attribute_values(":name", text(&partner.name))
            .expression_attribute_values(":email", text(&partner.email))
            .expression_attribute_values(":active", text(ACTIVE))
            .expression_attribute_values(":hash", text(partner.token_hash.as_str()))
            .return_values(ReturnValue::AllNew)
    }

    /// Makes a partner active again that [`Self::remove`] disabled, and answers whether it did. One
    /// that was disabled otherwise bears no mark and stays disabled.
    ///
    /// # Errors
    /// [`PartnersTableError::Readmit`].
    pub async fn readmit(&self, id: &PartnerId) -> Result<bool, PartnersTableError> {
        let result = self
            .update_row(id)
            .update_expression("SET #status = :active REMOVE #removed")
            .condition_expression("attribute_exists(#removed)")
            .expression_attribute_names("#status", STATUS)
            .expression_attribute_names("#removed", REMOVED_BY_STACK)
            .expression_attribute_values(":active", text(ACTIVE))
            .send()
            .await;
        taken(result).map_err(PartnersTableError::Readmit)
    }

    /// Disables an active partner that its stack lets go of, and marks the row so that
    /// [`Self::readmit`] knows whose doing it was. A partner without a row is disabled already.
    ///
    /// # Errors
    /// [`PartnersTableError::Disable`].
    pub async fn remove(&self, id: &PartnerId) -> Result<(), PartnersTableError> {
        let write = self
            .update_row(id)
            .condition_expression("#status = :active");
        Self::disable(write).await
    }

    /// Does what [`Self::remove`] does, if the partner has this token.
    ///
    /// # Errors
    /// [`PartnersTableError::Disable`].
    pub async fn remove_owner(
        &self,
        id: &PartnerId,
        hash: &TokenHash,
    ) -> Result<(), PartnersTableError> {
        let write = self
            .update_row(id)
            .condition_expression("#status = :active AND #hash = :hash")
            .expression_attribute_names("#hash", API_TOKEN_SHA256)
            .expression_attribute_values(":hash", text(hash.as_str()));
        Self::disable(write).await
    }

    async fn disable(write: UpdateItemFluentBuilder) -> Result<(), PartnersTableError> {
        let result = write
            .update_expression("SET #status = :disabled, #removed = :true")
            .expression_attribute_names("#status", STATUS)
            .expression_attribute_names("#removed", REMOVED_BY_STACK)
            .expression_attribute_values(":active", text(ACTIVE))
            .expression_attribute_values(":disabled", text(DISABLED))
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .send()
            .await;
        taken(result).map(drop).map_err(PartnersTableError::Disable)
    }

    fn update_row(&self, id: &PartnerId) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.name)
            .key(PARTNER_ID, text(id.as_str()))
    }
}

fn token_owner(rows: &[Row]) -> Result<Option<Partner>, PartnersTableError> {
    let mut owner: Option<Partner> = None;
    for row in rows {
        let partner = row::read(row)?;
        let owner_is_active = owner
            .as_ref()
            .is_some_and(|owner| owner.status == Status::Active);
        match (partner.status, owner_is_active) {
            (Status::Active, true) => return Err(PartnersTableError::AmbiguousToken),
            (Status::Disabled, true) => {}
            _ => owner = Some(partner),
        }
    }
    Ok(owner)
}

/// Whether the write's condition held.
fn taken(
    result: Result<UpdateItemOutput, SdkError<UpdateItemError>>,
) -> Result<bool, Box<SdkError<UpdateItemError>>> {
    match result {
        Ok(_) => Ok(true),
        Err(error) if is_refused_by_its_condition(&error) => Ok(false),
        Err(error) => Err(Box::new(error)),
    }
}

fn is_refused_by_its_condition(error: &SdkError<UpdateItemError>) -> bool {
    error
        .as_service_error()
        .is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
