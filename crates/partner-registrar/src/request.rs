//! A request of CloudFormation to the provider of a custom resource.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html>

use std::collections::BTreeSet;

use lambda_failure::Failure;
use partner::PartnerId;
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
    /// What the template said before. At the rollback of an update this is what had failed.
    pub(crate) old_partner_id: Option<&'a str>,
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
            old_partner_id: event
                .pointer("/OldResourceProperties/PartnerId")
                .and_then(Value::as_str),
        })
    }

    /// The partners other than this one that the resource is or was: it takes their place, which is
    /// a replacement for CloudFormation. A failed update leaves the old physical id behind whatever
    /// it wrote, so that the rollback learns of its partner by the old properties alone.
    pub(crate) fn replaced(&self, partner: &PartnerId) -> Vec<PartnerId> {
        let ids = BTreeSet::from([self.physical_resource_id, self.old_partner_id]);
        let ids = ids.into_iter().flatten();
        let partners = ids.filter_map(|id| PartnerId::parse(id).ok());
        partners.filter(|other| other != partner).collect()
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

    #[test]
    fn a_partner_comes_in_the_place_of_every_other_id_of_the_resource() {
        let replaced = |physical_id, old| {
            let event = json!({
                "ResponseURL": "http://127.0.0.1/answer",
                "PhysicalResourceId": physical_id,
                "OldResourceProperties": {"PartnerId": old},
            });
            let request = Request::read(&event).unwrap();
            let replaced = request.replaced(&PartnerId::parse("acme").unwrap());
            replaced
                .iter()
                .map(PartnerId::to_string)
                .collect::<Vec<_>>()
        };
        assert!(replaced(json!("acme"), json!("acme")).is_empty());
        assert!(replaced(Value::Null, Value::Null).is_empty());
        assert_eq!(replaced(json!("globex"), json!("globex")), ["globex"]);
        assert_eq!(replaced(json!("acme"), json!("globex")), ["globex"]);
    }
}
