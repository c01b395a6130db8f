//! What the emulator's stacks API says of a stack.

use anyhow::{Context, Result};
use local_stack::Aws;
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};

const VERSION: &str = "2010-05-15";

/// One `<member>` of an answer: its direct children's texts by element name.
type Member = BTreeMap<String, String>;

/// The stacks of one emulator.
pub struct CloudFormation {
    aws: Aws,
}

/// A resource that stands.
pub struct Resource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its name in the account.
    pub physical_id: String,
    /// Such as `AWS::Lambda::Function`.
    pub kind: String,
}

impl CloudFormation {
    /// The stacks behind these APIs.
    pub fn new(aws: Aws) -> Self {
        Self { aws }
    }

    /// Every output of the stack by name.
    pub fn outputs(&self, stack: &str) -> Result<BTreeMap<String, String>> {
        let description = self.query("DescribeStacks", &[("StackName", stack)])?;
        let outputs = members(&description, "Outputs")?;
        Ok(pairs(outputs, "OutputKey", "OutputValue"))
    }

    /// Every resource of the stack.
    pub fn resources(&self, stack: &str) -> Result<Vec<Resource>> {
        let answer = self.query("DescribeStackResources", &[("StackName", stack)])?;
        let resources = members(&answer, "StackResources")?.into_iter();
        let resource = |mut member: Member| {
            Some(Resource {
                logical_id: member.remove("LogicalResourceId")?,
                physical_id: member.remove("PhysicalResourceId")?,
                kind: member.remove("ResourceType")?,
            })
        };
        Ok(resources.filter_map(resource).collect())
    }

    /// The ids of all that has happened to the stack so far.
    pub fn event_ids(&self, stack: &str) -> Result<BTreeSet<String>> {
        let events = self.events(stack)?.into_iter();
        Ok(events
            .filter_map(|mut event| event.remove("EventId"))
            .collect())
    }

    /// Why a change of the stack failed: the failing resources with their reasons, but for the
    /// events that were there `earlier`. A resource that was only cancelled for another's sake is
    /// left out.
    pub fn failures(&self, stack: &str, earlier: &BTreeSet<String>) -> Result<Vec<String>> {
        Ok(failures(&self.events(stack)?, earlier))
    }

    fn events(&self, stack: &str) -> Result<Vec<Member>> {
        let events = self.query("DescribeStackEvents", &[("StackName", stack)])?;
        members(&events, "StackEvents")
    }

    fn query(&self, operation: &str, input: &[(&str, &str)]) -> Result<String> {
        self.aws
            .query("cloudformation", operation, VERSION, input)
            .context("The emulator's CloudFormation gave no answer.")
    }
}

fn failures(events: &[Member], earlier: &BTreeSet<String>) -> Vec<String> {
    let is_new = |event: &&Member| {
        let id = event.get("EventId");
        id.is_none_or(|id| !earlier.contains(id))
    };
    events.iter().filter(is_new).filter_map(failure).collect()
}

fn failure(event: &Member) -> Option<String> {
    let status = event.get("ResourceStatus")?;
    let reason = event.get("ResourceStatusReason")?;
    let logical_id = event.get("LogicalResourceId")?;
    let is_failure = status.ends_with("_FAILED") && !reason.contains("cancelled");
    is_failure.then(|| format!("{logical_id}: {reason}"))
}

fn pairs(members: Vec<Member>, key: &str, value: &str) -> BTreeMap<String, String> {
    let pair = |mut member: Member| {
        let value = member.remove(value).unwrap_or_default();
        Some((member.remove(key)?, value))
    };
    members.into_iter().filter_map(pair).collect()
}

/// The `<member>`s of every element `list`.
fn members(xml: &str, list: &str) -> Result<Vec<Member>> {
    let document = Document::parse(xml).context("CloudFormation's answer is not XML.")?;
    let members = document.descendants().filter(|node| {
        let list_of = node.parent_element().map(|parent| parent.tag_name().name());
        node.tag_name().name() == "member" && list_of == Some(list)
    });
    Ok(members.map(member).collect())
}

fn member(node: Node) -> Member {
    let children = node.children().filter(Node::is_element);
    let pair = |child: Node| {
        let text = child.text().unwrap_or_default();
        (child.tag_name().name().to_owned(), text.to_owned())
    };
    children.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read_by_name() {
        let xml = "<R><Stacks><member><StackName>s</StackName><Outputs>\
            <member><OutputKey>ApiUrl</OutputKey><OutputValue>https://a?b&amp;c</OutputValue></member>\
            <member><OutputKey>Empty</OutputKey><OutputValue></OutputValue></member>\
            </Outputs></member></Stacks></R>";
        let outputs = pairs(members(xml, "Outputs").unwrap(), "OutputKey", "OutputValue");
        assert_eq!(outputs["ApiUrl"], "https://a?b&c");
        assert_eq!(outputs["Empty"], "");
    }

    #[test]
    fn a_new_failure_is_told_with_its_reason_and_an_earlier_or_cancelled_one_is_not() {
        let event = |id: &str, resource: &str, reason: &str| {
            format!(
                "<member><EventId>{id}</EventId><LogicalResourceId>{resource}</LogicalResourceId>\
                <ResourceStatus>CREATE_FAILED</ResourceStatus>\
                <ResourceStatusReason>{reason}</ResourceStatusReason></member>"
            )
        };
        let xml = format!(
            "<R><StackEvents>{}{}{}</StackEvents></R>",
            event("3", "Queue", "Resource creation cancelled"),
            event("2", "Table", "No key"),
            event("1", "Bucket", "Of an earlier deployment"),
        );
        let events = members(&xml, "StackEvents").unwrap();
        let earlier = BTreeSet::from(["1".to_owned()]);
        assert_eq!(failures(&events, &earlier), ["Table: No key"]);
    }
}
