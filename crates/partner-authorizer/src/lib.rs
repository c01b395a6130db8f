//! Turns a bearer token into an API Gateway policy for the partner who owns it.

mod config;
mod error;
mod event;
mod policy;
mod token;

pub use config::Adapters;
pub use error::{AuthorizerError, Refusal};
pub use policy::{Effect, Policy};

use event::AuthorizerEvent;
use lambda_failure::Failure;
use partner::{Partner, Status, TokenHash};
use serde_json::Value;
use token::BearerToken;

/// Answers one event of a TOKEN authorizer.
///
/// # Errors
/// [`AuthorizerError::Unauthorized`] for a token that is nobody's, and
/// [`AuthorizerError::Failed`] where the question could not be answered.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Policy, AuthorizerError> {
    let event = AuthorizerEvent::read(payload)?;
    let partner = owner(adapters, event.authorization()).await?;
    let effect = match partner.status {
        Status::Active => Effect::Allow,
        Status::Disabled => {
            tracing::info!(partner_id = %partner.id, "A disabled partner was denied.");
            Effect::Deny
        }
    };
    Ok(Policy::new(effect, partner.id, event.stage_arn()?))
}

async fn owner(adapters: &Adapters, authorization: &str) -> Result<Partner, AuthorizerError> {
    let token = BearerToken::parse(authorization).ok_or(Refusal::MalformedToken)?;
    adapters
        .partners
        .find_by_token(&TokenHash::of(token.as_str()))
        .await
        .map_err(|error| Failure::new("PartnersTableFailed", error))?
        .ok_or(AuthorizerError::Unauthorized(Refusal::UnknownToken))
}
