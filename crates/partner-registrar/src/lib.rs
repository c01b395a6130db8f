//! Turns the stack's `Custom::Partner` resource into the first row of the partners table, and an inbox.

mod config;
mod error;
mod inboxes;
mod properties;
mod request;
mod responder;
mod response;
mod response_url;
mod token_secrets;

pub use config::Adapters;
pub use inboxes::Inboxes;
pub use responder::Responder;
pub use token_secrets::TokenSecrets;

use error::RegistrarError;
use lambda_failure::{Chain, Failure};
use partner::{NewPartner, PartnerId, Status};
use properties::Properties;
use request::{Request, RequestType};
use response::Response;
use serde_json::Value;

/// Fulfils one request of CloudFormation and answers it at its `ResponseURL`.
///
/// # Errors
/// `InvalidEvent` for an event that names no place to answer at, and `ResponseNotDelivered` where
/// that place took no answer. Everything else is answered there.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<(), Failure> {
    let request = Request::read(&payload)?;
    let response = match fulfil(adapters, &request).await {
        Ok(physical_id) => Response::success(&request, physical_id),
        Err(error) => {
            tracing::error!(error = %Chain(&error), "The request could not be fulfilled.");
            Response::failed(&request, &error)
        }
    };
    adapters
        .responder
        .answer(&request.response_url, &response)
        .await
        .map_err(|error| Failure::new("ResponseNotDelivered", error))
}

/// Does what was asked and returns the resource's physical id.
async fn fulfil(adapters: &Adapters, request: &Request<'_>) -> Result<String, RegistrarError> {
    match request.kind {
        Some(RequestType::Create | RequestType::Update) => {
            let partner = write(adapters, request).await?;
            Ok(partner.to_string())
        }
        Some(RequestType::Delete) => {
            let physical_id = request.physical_id_or_unregistered();
            remove(adapters, &physical_id).await;
            Ok(physical_id)
        }
        None => Err(RegistrarError::RequestType),
    }
}

/// Writes the partner that the template wants, and makes its inbox. Where it is new to the resource,
/// it comes back from an earlier removal and takes the place of the partner before it.
async fn write(adapters: &Adapters, request: &Request<'_>) -> Result<PartnerId, RegistrarError> {
    let table = &adapters.partners;
    let partner = new_partner(adapters, request).await?;
    let replaced = request.replaced(&partner.id);
    let is_own = request.physical_resource_id == Some(partner.id.as_str());
    let failed = |source| RegistrarError::register(&partner.id, source);
    let written = if is_own {
        table.change_contact(&partner).await
    } else {
        table.register(&partner).await
    };
    let mut is_active = written.map_err(failed)?.status == Status::Active;
    if !is_own || !replaced.is_empty() {
        is_active |= table.readmit(&partner.id).await.map_err(failed)?;
    }
    if !is_active {
        tracing::warn!(partner_id = %partner.id, "The partner was written and is disabled.");
    }
    // After the row: where that is another stack's, so is the inbox.
    let made = adapters.inboxes.make(&partner.id).await;
    made.map_err(|source| RegistrarError::Inbox {
        partner: partner.id.clone(),
        source,
    })?;
    // CloudFormation deletes the old partner only at the end of the stack's update. Until then two
    // active rows would have one token, and neither could use it.
    for replaced in replaced {
        let removed = table.remove_owner(&replaced, &partner.token_hash).await;
        removed.map_err(|source| RegistrarError::Replace {
            partner: replaced,
            source,
        })?;
    }
    Ok(partner.id)
}

async fn new_partner(
    adapters: &Adapters,
    request: &Request<'_>,
) -> Result<NewPartner, RegistrarError> {
    let properties = Properties::read(request.properties)?;
    let token_hash = adapters
        .token_secrets
        .hash(&properties.token_secret_arn)
        .await?;
    Ok(NewPartner {
        id: properties.partner_id,
        name: properties.name,
        email: properties.email,
        token_hash,
    })
}

/// A stack must be able to go whatever the state of table and bucket is, so a failure is logged and
/// no more.
async fn remove(adapters: &Adapters, physical_id: &str) {
    let Ok(partner) = PartnerId::parse(physical_id) else {
        tracing::info!("The resource never was a partner; nothing is removed.");
        return;
    };
    if let Err(error) = adapters.partners.remove(&partner).await {
        tracing::error!(
            partner_id = %partner,
            error = %Chain(&error),
            "The partner could not be disabled."
        );
    }
    if let Err(error) = adapters.inboxes.remove(&partner).await {
        tracing::error!(
            partner_id = %partner,
            error = %Chain(&error),
            "The partner's inbox could not be removed."
        );
    }
}
