//! Sample events, and the events that workflows publish.

use std::collections::BTreeSet;

use serde_json::Value;
use stack_contract::{
    State, assert_no_faults, crates, files_below, json_file, relative, root, tasks, workflows,
};

/// What partners send, which is neither an event nor always JSON.
const FROM_PARTNERS: &str = "partner";

fn sample_directories() -> BTreeSet<String> {
    let samples = files_below("events")
        .into_iter()
        .filter_map(|path| relative(&path).split('/').nth(1).map(str::to_owned));
    samples
        .filter(|directory| directory != FROM_PARTNERS)
        .collect()
}

fn functions() -> BTreeSet<String> {
    let functions = crates().iter().filter(|krate| krate.is_function());
    functions.map(|krate| krate.name.clone()).collect()
}

/// A rule may start a workflow, which then is what an event is for.
fn is_workflow(name: &str) -> bool {
    let file = format!("statemachine/{name}.asl.json");
    workflows().iter().any(|workflow| workflow.file == file)
}

#[test]
fn every_function_has_a_sample_event_and_no_sample_is_without_a_receiver() {
    let (samples, functions) = (sample_directories(), functions());
    let lacking = functions
        .difference(&samples)
        .map(|name| format!("events/{name}/: a sample event is missing"));
    let foreign = samples
        .difference(&functions)
        .filter(|name| !is_workflow(name))
        .map(|name| format!("events/{name}/: there is no such function or workflow"));
    assert_no_faults(lacking.chain(foreign));
}

#[test]
fn every_sample_event_is_json_of_its_own_file() {
    let samples = files_below("events")
        .into_iter()
        .filter(|path| !relative(path).contains("/partner/"));
    assert_no_faults(samples.filter_map(|path| {
        let has_name = path
            .extension()
            .is_some_and(|extension| extension == "json");
        let is_json = has_name && json_file(&path).is_object();
        let is_direct = relative(&path).split('/').count() == 3;
        (!is_json || !is_direct).then(|| {
            format!(
                "{}: it is to be events/<function>/<case>.json",
                relative(&path)
            )
        })
    }));
}

/// Every entry that a task of a workflow publishes.
fn published() -> impl Iterator<Item = (State, &'static Value)> {
    let publishers = tasks().filter(|task| task.call() == ("events", "putEvents"));
    publishers.flat_map(|task| {
        let entries = task.arguments()["Entries"].as_array().into_iter().flatten();
        entries.map(move |entry| (task, entry))
    })
}

fn names(fields: &Value) -> BTreeSet<&str> {
    let fields = fields.as_object().into_iter().flatten();
    fields.map(|(name, _)| name.as_str()).collect()
}

#[test]
fn what_a_workflow_publishes_has_a_schema_and_its_fields() {
    assert_no_faults(published().filter_map(|(task, entry)| {
        let [source, kind] = ["Source", "DetailType"].map(|name| entry[name].as_str());
        let file = format!("schemas/{}/{}.schema.json", source?, kind?);
        if !root().join(&file).exists() {
            return Some(task.fault(&format!("there is no {file}")));
        }
        let schema = json_file(&file);
        let required = schema["required"].as_array().into_iter().flatten();
        let required: BTreeSet<&str> = required.filter_map(Value::as_str).collect();
        let sent = names(&entry["Detail"]);
        let lacking: Vec<_> = required.difference(&sent).collect();
        let known = names(&schema["properties"]);
        let unknown: Vec<_> = sent.difference(&known).collect();
        let why = format!("its Detail lacks {lacking:?} and has {unknown:?} beyond {file}");
        task.unless(lacking.is_empty() && unknown.is_empty(), &why)
    }));
}
