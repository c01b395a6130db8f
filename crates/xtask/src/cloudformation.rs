//! What the emulator's stacks API says of a stack.

use anyhow::{Context, Result};
use local_stack::Aws;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use std::collections::BTreeMap;

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

    /// Why the last change of the stack failed: the failing resources with their reasons. A
    /// resource that was only cancelled for another's sake is left out.
    pub fn failures(&self, stack: &str) -> Result<Vec<String>> {
        let events = self.query("DescribeStackEvents", &[("StackName", stack)])?;
        let events = members(&events, "StackEvents")?;
        Ok(events.iter().filter_map(failure).collect())
    }

    fn query(&self, operation: &str, input: &[(&str, &str)]) -> Result<String> {
        self.aws
            .query("cloudformation", operation, VERSION, input)
            .context("The emulator's CloudFormation gave no answer.")
    }
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

/// The `<member>`s of the first element `list`.
fn members(xml: &str, list: &str) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut reader = Reader::from_str(xml);
    loop {
        let event = reader
            .read_event()
            .context("CloudFormation's answer is not XML.")?;
        match event {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                text.clear();
                if is_member(&path, list) {
                    members.push(Member::new());
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(reference) => match reference.resolve_char_ref()? {
                Some(character) => text.push(character),
                None => text.push_str(entity(&reference)),
            },
            Event::End(_) => {
                let ended = path.pop().unwrap_or_default();
                match members.last_mut() {
                    Some(member) if is_member(&path, list) => {
                        member.insert(ended, std::mem::take(&mut text));
                    }
                    _ => {}
                }
            }
            Event::Eof => return Ok(members),
            _ => {}
        }
    }
}

fn is_member(path: &[String], list: &str) -> bool {
    matches!(path, [.., parent, element] if parent == list && element == "member")
}

fn entity(name: &str) -> &str {
    resolve_predefined_entity(name).unwrap_or_default()
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
    fn a_failure_is_told_with_its_reason_and_a_cancelled_one_is_not() {
        let xml = "<R><StackEvents>\
            <member><LogicalResourceId>Queue</LogicalResourceId><ResourceStatus>CREATE_FAILED</ResourceStatus>\
            <ResourceStatusReason>Resource creation cancelled</ResourceStatusReason></member>\
            <member><LogicalResourceId>Table</LogicalResourceId><ResourceStatus>CREATE_FAILED</ResourceStatus>\
            <ResourceStatusReason>No key</ResourceStatusReason></member>\
            </StackEvents></R>";
        let events = members(xml, "StackEvents").unwrap();
        let failures: Vec<_> = events.iter().filter_map(failure).collect();
        assert_eq!(failures, ["Table: No key"]);
    }
}
