//! The targets of the EventBridge rules.

use serde_json::Value;

use crate::{Resource, Template, references};

/// A target of a rule.
#[derive(Clone, Copy, Debug)]
pub struct EventTarget {
    /// The rule.
    pub rule: Resource,
    /// The target's properties.
    pub body: &'static Value,
}

/// Every target of every rule of the template.
#[must_use]
pub fn event_targets() -> Vec<EventTarget> {
    let rules = Template::read().of_type("AWS::Events::Rule");
    rules
        .flat_map(|rule| {
            rule.items("Targets")
                .iter()
                .map(move |body| EventTarget { rule, body })
        })
        .collect()
}

impl EventTarget {
    /// The logical id of what the rule hands its events to.
    #[must_use]
    pub fn receiver(self) -> String {
        references(&self.body["Arn"])
            .pop_first()
            .unwrap_or_default()
    }

    /// The logical id of the queue for events that could not be handed over.
    #[must_use]
    pub fn dead_letter_queue(self) -> Option<String> {
        references(&self.body["DeadLetterConfig"]["Arn"]).pop_first()
    }
}
