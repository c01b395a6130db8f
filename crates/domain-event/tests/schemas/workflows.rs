//! Every event that a workflow publishes has the form of its schema.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::catalogue::{Schema, files, project, validator};

const TASK_TOKEN: &str = "{% $states.context.Task.Token %}";

struct Entry {
    state: String,
    source: String,
    detail_type: String,
    detail: Value,
    bus: Value,
}

/// The entries of every `events:putEvents` in every workflow.
fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    for file in files(&project().join("statemachine")) {
        let definition = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        gather(name, &definition, &mut entries);
    }
    entries
}

/// Walks into every value, and so into the branches and iterations of a workflow too.
fn gather(place: &str, value: &Value, entries: &mut Vec<Entry>) {
    match value {
        Value::Array(members) => {
            for member in members {
                gather(place, member, entries);
            }
        }
        Value::Object(members) => {
            let resource = members.get("Resource").and_then(Value::as_str);
            if resource.is_some_and(|name| name.contains(":events:putEvents")) {
                entries.extend(put_events(place, value));
            }
            for (name, member) in members {
                gather(&format!("{place} {name}"), member, entries);
            }
        }
        _ => {}
    }
}

fn put_events(state: &str, task: &Value) -> Vec<Entry> {
    let entries = task["Arguments"]["Entries"]
        .as_array()
        .unwrap_or_else(|| panic!("{state}: the entries are not written out, so none is checked"));
    let text = |value: &Value| {
        let text = value.as_str().filter(|text| !is_expression(text));
        let text = text.unwrap_or_else(|| panic!("{state}: source and type are not written out"));
        text.to_owned()
    };
    entries
        .iter()
        .map(|entry| Entry {
            state: state.to_owned(),
            source: text(&entry["Source"]),
            detail_type: text(&entry["DetailType"]),
            detail: entry["Detail"].clone(),
            bus: entry["EventBusName"].clone(),
        })
        .collect()
}

fn is_expression(text: &str) -> bool {
    text.starts_with("{%")
}

#[test]
fn every_event_of_a_workflow_has_the_members_of_its_schema() {
    for entry in entries() {
        let schema = Schema::find(&entry.source, &entry.detail_type);
        let detail = entry.detail.as_object();
        let detail = detail.unwrap_or_else(|| panic!("{}: the detail is no object", entry.state));
        let members: BTreeSet<_> = detail.keys().cloned().collect();
        assert_eq!(members, schema.properties(), "{}", entry.state);
    }
}

#[test]
fn what_a_workflow_states_literally_is_valid() {
    for entry in entries() {
        let schema = Schema::find(&entry.source, &entry.detail_type);
        for (name, value) in entry.detail.as_object().unwrap() {
            if !value.as_str().is_some_and(is_expression) {
                let property = &schema.document["properties"][name];
                let valid = validator(property).is_valid(value);
                assert!(valid, "{}: {name} is {value}", entry.state);
            }
        }
    }
}

/// What a workflow writes out for a member of this name, in JSON or within an expression.
fn literals(workflow: &str, member: &str) -> BTreeSet<String> {
    let file = project().join(format!("statemachine/{workflow}.asl.json"));
    let text = fs::read_to_string(&file).unwrap();
    let mut literals = BTreeSet::new();
    for quote in ['\'', '"'] {
        let beginning = format!("{quote}{member}{quote}: {quote}");
        let values = text.split(&beginning).skip(1);
        let values = values.filter_map(|place| place.split(quote).next());
        literals.extend(
            values
                .filter(|value| !is_expression(value))
                .map(str::to_owned),
        );
    }
    literals
}

#[test]
fn the_reasons_of_a_rejected_account_are_those_of_its_schema() {
    let schema = Schema::find("b2b.accounts", "AccountRejected");
    let known = schema.document["properties"]["reason"]["enum"].as_array();
    let known: BTreeSet<_> = known
        .unwrap()
        .iter()
        .map(|reason| reason.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(literals("account-opening", "reason"), known);
}

#[test]
fn identities_risks_and_codes_that_a_workflow_writes_out_are_valid() {
    let check = ("account-opening", "b2b.accounts", "IdentityCheckCompleted");
    let rejection = ("transaction", "b2b.transactions", "TransactionRejected");
    for ((workflow, source, detail_type), member) in
        [(check, "identity"), (check, "risk"), (rejection, "code")]
    {
        let schema = Schema::find(source, detail_type);
        let property = validator(&schema.document["properties"][member]);
        let literals = literals(workflow, member);
        assert!(!literals.is_empty(), "{member}");
        for literal in literals {
            assert!(
                property.is_valid(&literal.clone().into()),
                "{member}: {literal}"
            );
        }
    }
}

#[test]
fn every_event_goes_to_the_stacks_bus() {
    for entry in entries() {
        assert_eq!(entry.bus, "${EventBus}", "{}", entry.state);
    }
}

#[test]
fn a_task_token_leaves_a_workflow_in_private_events_alone() {
    for entry in entries() {
        let carries_token = entry.detail.to_string().contains(".Task.Token");
        assert_eq!(
            carries_token,
            entry.source == "b2b.private",
            "{}",
            entry.state
        );
        if carries_token {
            assert_eq!(entry.detail["task_token"], TASK_TOKEN, "{}", entry.state);
        }
    }
}

#[test]
fn the_workflows_publish_the_events_that_are_theirs() {
    let published: BTreeSet<_> = entries()
        .into_iter()
        .map(|entry| entry.detail_type)
        .collect();
    for detail_type in [
        "TransactionStored",
        "TransactionRejected",
        "TransactionDuplicated",
        "IdentityCheckCompleted",
        "IdentityReviewTokenIssued",
        "AccountApproved",
        "AccountRejected",
    ] {
        assert!(published.contains(detail_type), "{detail_type}");
    }
}
