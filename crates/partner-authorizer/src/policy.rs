//! The policy that API Gateway evaluates.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html>

use partner::PartnerId;
use serde::Serialize;

/// The answer of a Lambda authorizer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    principal_id: PartnerId,
    #[serde(rename = "policyDocument")]
    document: Document,
    context: Context,
}

/// Whether the partner may call the API.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Effect {
    /// Every method of the stage.
    Allow,
    /// None of them.
    Deny,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: &'static str,
    statement: [Statement; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    action: &'static str,
    effect: Effect,
    resource: String,
}

/// What the API's integrations read as `$context.authorizer`.
#[derive(Debug, Serialize)]
struct Context {
    partner_id: PartnerId,
}

impl Policy {
    /// A policy on every method of the stage that `stage_arn` names.
    #[must_use]
    pub fn new(effect: Effect, partner: PartnerId, stage_arn: String) -> Self {
        Self {
            principal_id: partner.clone(),
            document: Document {
                version: "2012-10-17",
                statement: [Statement {
                    action: "execute-api:Invoke",
                    effect,
                    resource: stage_arn,
                }],
            },
            context: Context {
                partner_id: partner,
            },
        }
    }
}
