//! Sample events, and where events may go.

use std::collections::BTreeSet;

use stack_contract::{
    EventTarget, Resource, Template, assert_no_faults, crates, event_targets, files_below,
    json_file, relative, workflows,
};

/// What partners send, which is neither an event nor always JSON.
const FROM_PARTNERS: &str = "partner";
/// The source of events that carry task tokens.
const PRIVATE: &str = "b2b.private";

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

#[test]
fn the_archive_keeps_thirty_days() {
    assert_no_faults(archives().filter_map(|archive| {
        let fits = archive.property("RetentionDays") == 30;
        archive.unless(fits, "the contract says that it keeps 30 days")
    }));
    assert_eq!(
        archives().count(),
        1,
        "template.yaml: the bus has an archive"
    );
}

#[test]
fn private_events_are_in_no_archive_and_go_to_one_function_alone() {
    let archived = archives().filter(|archive| may_take_private(*archive));
    let faults = archived.map(|archive| archive.fault("it would keep task tokens"));
    assert_no_faults(faults);
    let rules = Template::read().of_type("AWS::Events::Rule");
    let rules: Vec<_> = rules.filter(|rule| may_take_private(*rule)).collect();
    let [rule] = rules.as_slice() else {
        panic!("template.yaml: one rule is to take {PRIVATE}, and these do: {rules:?}");
    };
    let targets = event_targets().into_iter();
    let mut receivers = targets
        .filter(|target| target.rule.id == rule.id)
        .map(EventTarget::receiver);
    let function = receivers
        .next()
        .and_then(|id| Template::read().function(&id));
    let fits = function.is_some() && receivers.next().is_none();
    assert_no_faults(rule.unless(fits, "its one target is to be a function"));
}

fn archives() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::Events::Archive")
}

/// Whether a pattern takes private events, or may: one that does not list sources in full can only
/// be judged by EventBridge. A rule of another bus never sees them.
fn may_take_private(holder: Resource) -> bool {
    let is_rule = holder.kind() == "AWS::Events::Rule";
    if is_rule && holder.property("EventBusName").is_null() {
        return false;
    }
    let sources = holder.property("EventPattern/source").as_array();
    sources.is_none_or(|sources| {
        sources
            .iter()
            .any(|source| source.as_str().is_none_or(|source| source == PRIVATE))
    })
}
