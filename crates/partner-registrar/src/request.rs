//! A request of CloudFormation to the provider of a custom resource.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html>

use lambda_failure::Failure;
use serde_json::Value;

use crate::response_url::ResponseUrl;

/// Read leniently, field by field: whatever else is wrong with an event, it is answered as long as
/// it says where.
pub(crate) struct Request<'a> {
    pub(crate) response_url: ResponseUrl,
    /// Absent where the event names none of the three.
    pub(crate) kind: Option<RequestType>,
    pub(crate) id: &'a str,
    pub(crate) stack_id: &'a str,
    pub(crate) logical_resource_id: &'a str,
    /// A Create has none.
    pub(crate) physical_resource_id: Option<&'a str>,
    pub(crate) properties: &'a Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestType {
    Create,
    Update,
    Delete,
}

/// The URL is presigned and so it is a secret; it is not repeated.
#[derive(Debug, thiserror::Error)]
#[error("The event has no usable ResponseURL to answer at.")]
struct InvalidEvent;

impl<'a> Request<'a> {
    pub(crate) fn read(event: &'a Value) -> Result<Self, Failure> {
        let text = |name| event.get(name).and_then(Value::as_str);
        let response_url = text("ResponseURL")
            .and_then(ResponseUrl::parse)
            .ok_or_else(|| Failure::new("InvalidEvent", InvalidEvent))?;
        Ok(Self {
            response_url,
            kind: text("RequestType").and_then(|name| match name {
                "Create" => Some(RequestType::Create),
                "Update" => Some(RequestType::Update),
                "Delete" => Some(RequestType::Delete),
                _ => None,
            }),
            id: text("RequestId").unwrap_or_default(),
            stack_id: text("StackId").unwrap_or_default(),
            logical_resource_id: text("LogicalResourceId").unwrap_or_default(),
            physical_resource_id: text("PhysicalResourceId").filter(|id| !id.is_empty()),
            properties: event.get("ResourceProperties").unwrap_or(&Value::Null),
        })
    }

    /// The physical id that the resource has, or one that is the same at every repetition and, for
    /// its slash, no partner's.
    pub(crate) fn physical_id_or_unregistered(&self) -> String {
        match self.physical_resource_id {
            Some(id) => id.to_owned(),
            None => format!("unregistered/{}", self.logical_resource_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use partner::PartnerId;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_that_says_where_to_answer_is_read_whatever_else_it_lacks() {
        let event = json!({"ResponseURL": "http://127.0.0.1/answer", "RequestType": 1});
        let request = Request::read(&event).unwrap();
        assert_eq!(request.kind, None);
        assert_eq!(request.stack_id, "");
        assert_eq!(request.properties, &Value::Null);
    }

    #[test]
    fn an_event_that_does_not_is_a_failure() {
        for event in [
            Value::Null,
            json!({}),
            json!({"ResponseURL": 1}),
            json!({"ResponseURL": "ftp://127.0.0.1/secret"}),
        ] {
            let failure = Request::read(&event).err().unwrap();
            assert_eq!(failure.error_type(), "InvalidEvent");
        }
    }

    #[test]
    fn an_unregistered_resource_has_the_id_of_no_partner() {
        let mut event = json!({
            "ResponseURL": "http://127.0.0.1/answer",
            "LogicalResourceId": "partner",
        });
        let id = Request::read(&event).unwrap().physical_id_or_unregistered();
        assert_eq!(id, "unregistered/partner");
        assert!(PartnerId::parse(id).is_err());
        event["PhysicalResourceId"] = json!("acme");
        let id = Request::read(&event).unwrap().physical_id_or_unregistered();
        assert_eq!(id, "acme");
    }
}
