//! A Lambda function of the template, with the settings of `Globals` where it has none of its own.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Resource, Statement, references, statement::attached_to};

/// A Lambda function.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its resource.
    pub resource: Resource,
    globals: &'static Value,
}

impl Function {
    pub(crate) fn new(resource: Resource, globals: &'static Value) -> Self {
        Self { resource, globals }
    }

    /// The crate that it is built from.
    #[must_use]
    pub fn binary(self) -> &'static str {
        let properties = &self.resource.attribute("Metadata")["BuildProperties"];
        properties["Binary"].as_str().unwrap_or_default()
    }

    /// A setting of its own, or else of `Globals`.
    #[must_use]
    pub fn setting(self, name: &str) -> &'static Value {
        match self.resource.property(name) {
            Value::Null => &self.globals[name],
            own => own,
        }
    }

    /// The settings that all functions share.
    #[must_use]
    pub fn globals(self) -> &'static Value {
        self.globals
    }

    /// Its timeout in seconds.
    #[must_use]
    pub fn timeout(self) -> u64 {
        self.setting("Timeout").as_u64().unwrap_or_default()
    }

    /// The environment variables of its own, without those of `Globals`.
    #[must_use]
    pub fn variables(self) -> BTreeMap<&'static str, &'static Value> {
        let variables = self.resource.property("Environment/Variables").as_object();
        let variables = variables.into_iter().flatten();
        variables
            .map(|(name, value)| (name.as_str(), value))
            .collect()
    }

    /// Its event sources of a type, such as `SQS`, by their properties.
    pub fn events(self, kind: &str) -> impl Iterator<Item = &'static Value> {
        let events = self.resource.property("Events").as_object();
        let events = events.into_iter().flat_map(|events| events.values());
        events
            .filter(move |event| event["Type"] == kind)
            .map(|event| &event["Properties"])
    }

    /// The logical id of the queue for events that it failed on.
    #[must_use]
    pub fn on_failure(self) -> Option<String> {
        let destination = "EventInvokeConfig/DestinationConfig/OnFailure/Destination";
        references(self.resource.property(destination)).pop_first()
    }

    /// What it may do: its own policies, and those that are attached to its role from outside.
    #[must_use]
    pub fn grants(self) -> Vec<Statement> {
        let mut grants = self.resource.grants();
        grants.extend(attached_to(&format!("{}Role", self.resource.id)));
        grants
    }
}
