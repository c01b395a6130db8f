//! The answer to a request of CloudFormation.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html>

use lambda_failure::Chain;
use serde::Serialize;

use crate::{error::RegistrarError, request::Request};

/// CloudFormation takes an answer of at most 4,096 bytes; the ids and names beside the reason take
/// some 2 KiB of them at the most.
const MAX_REASON_CHARACTERS: usize = 1024;

/// The body of the PUT, in CloudFormation's own names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response<'a> {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    physical_resource_id: String,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Success,
    Failed,
}

impl<'a> Response<'a> {
    pub(crate) fn success(request: &Request<'a>, physical_id: String) -> Self {
        Self {
            status: Status::Success,
            reason: None,
            stack_id: request.stack_id,
            request_id: request.id,
            logical_resource_id: request.logical_resource_id,
            physical_resource_id: physical_id,
        }
    }

    /// A failed update keeps the id that the resource has. A Create that may have written the row
    /// takes the partner's id, so that the Delete of the rollback disables it and removes its inbox;
    /// any other takes an id whose Delete touches nothing, which may be another's.
    pub(crate) fn failed(request: &Request<'a>, error: &RegistrarError) -> Self {
        let reason = Chain(error).to_string();
        Self {
            status: Status::Failed,
            reason: Some(reason.chars().take(MAX_REASON_CHARACTERS).collect()),
            physical_resource_id: match (request.physical_resource_id, error) {
                (
                    None,
                    RegistrarError::Register { partner, .. }
                    | RegistrarError::Inbox { partner, .. },
                ) => partner.to_string(),
                _ => request.physical_id_or_unregistered(),
            },
            stack_id: request.stack_id,
            request_id: request.id,
            logical_resource_id: request.logical_resource_id,
        }
    }
}
