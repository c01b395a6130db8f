//! The workflows, state by state.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::Value;

use crate::{files_below, intrinsics::substituted, json_file, relative, text_file};

static WORKFLOWS: LazyLock<Vec<Workflow>> = LazyLock::new(|| {
    let files = files_below("statemachine").into_iter();
    files
        .map(|path| Workflow {
            file: relative(&path),
            text: text_file(&path),
            definition: json_file(&path),
        })
        .collect()
});

/// A file of `statemachine/`.
#[derive(Debug)]
pub struct Workflow {
    /// Its path, as the template names it.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Its definition.
    pub definition: Value,
}

/// A state of a workflow.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// The workflow that it stands in.
    pub workflow: &'static Workflow,
    /// Its name.
    pub name: &'static str,
    /// Its definition.
    pub body: &'static Value,
}

/// Every workflow.
#[must_use]
pub fn workflows() -> &'static [Workflow] {
    &WORKFLOWS
}

/// Every task of every workflow.
pub fn tasks() -> impl Iterator<Item = State> {
    workflows().iter().flat_map(Workflow::tasks)
}

impl Workflow {
    /// The names in its `${Substitution}`s.
    #[must_use]
    pub fn substitutions(&self) -> BTreeSet<String> {
        substituted(&self.text).collect()
    }

    /// The definition, and every branch and item processor in it: each has its own `States`.
    #[must_use]
    pub fn machines(&'static self) -> Vec<&'static Value> {
        let mut machines = vec![&self.definition];
        let mut next = 0;
        while let Some(machine) = machines.get(next) {
            let states = machine["States"].as_object().into_iter().flatten();
            let nested: Vec<&'static Value> = states
                .flat_map(|(_, state)| nested_machines(state))
                .collect();
            machines.extend(nested);
            next += 1;
        }
        machines
    }

    /// The states of one of its [`Workflow::machines`].
    pub fn states_of(&'static self, machine: &'static Value) -> impl Iterator<Item = State> {
        let states = machine["States"].as_object().into_iter().flatten();
        states.map(move |(name, body)| State {
            workflow: self,
            name,
            body,
        })
    }

    /// All its states.
    pub fn states(&'static self) -> impl Iterator<Item = State> {
        let machines = self.machines().into_iter();
        machines.flat_map(|machine| self.states_of(machine))
    }

    /// All its states that call something.
    pub fn tasks(&'static self) -> impl Iterator<Item = State> {
        self.states().filter(|state| state.body["Type"] == "Task")
    }

    /// The line of a report that says why this workflow is to be mended.
    #[must_use]
    pub fn fault(&self, why: &str) -> String {
        format!("{}: {why}", self.file)
    }
}

fn nested_machines(state: &'static Value) -> Vec<&'static Value> {
    let branches = state["Branches"].as_array().into_iter().flatten();
    let processor = Some(&state["ItemProcessor"]).filter(|processor| processor.is_object());
    branches.chain(processor).collect()
}

impl State {
    /// Its workflow's file and its name, for a list of exceptions.
    #[must_use]
    pub fn place(self) -> String {
        format!("{}: {}", self.workflow.file, self.name)
    }

    /// The line of a report that says why this state is to be mended.
    #[must_use]
    pub fn fault(self, why: &str) -> String {
        format!("{}: {why}", self.place())
    }

    /// A fault unless `fits`.
    #[must_use]
    pub fn unless(self, fits: bool, why: &str) -> Option<String> {
        (!fits).then(|| self.fault(why))
    }

    /// The items of a member that is a list, such as `Retry`.
    pub fn items(self, name: &str) -> impl Iterator<Item = &'static Value> {
        self.body[name].as_array().into_iter().flatten()
    }

    /// The service and the action that a task calls: `("dynamodb", "putItem")`.
    #[must_use]
    pub fn call(self) -> (&'static str, &'static str) {
        let resource = self.body["Resource"].as_str().unwrap_or_default();
        let call = resource
            .strip_prefix("arn:aws:states:::")
            .unwrap_or(resource);
        let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
        let (service, action) = call.split_once(':').unwrap_or((call, ""));
        (
            service,
            action.split_once('.').map_or(action, |(action, _)| action),
        )
    }

    /// Whether it waits until somebody answers with its task token.
    #[must_use]
    pub fn waits_for_a_token(self) -> bool {
        let resource = self.body["Resource"].as_str().unwrap_or_default();
        resource.ends_with(".waitForTaskToken") || resource.contains(":activity:")
    }

    /// The names of the states that may follow.
    #[must_use]
    pub fn next(self) -> Vec<&'static str> {
        let ways = self.items("Choices").chain(self.items("Catch"));
        let targets = ways.map(|way| &way["Next"]);
        let own = [&self.body["Next"], &self.body["Default"]].into_iter();
        own.chain(targets).filter_map(Value::as_str).collect()
    }

    /// What it calls the service with, in either query language.
    #[must_use]
    pub fn arguments(self) -> &'static Value {
        self.body
            .get("Arguments")
            .unwrap_or(&self.body["Parameters"])
    }

    /// The names in the `${Substitution}`s of its arguments.
    #[must_use]
    pub fn substitutions(self) -> BTreeSet<String> {
        substituted(&self.arguments().to_string()).collect()
    }
}
