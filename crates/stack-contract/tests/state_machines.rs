//! The workflows as the template makes state machines of them.

use std::collections::BTreeSet;

use regex_lite::Regex;
use serde_json::json;
use stack_contract::{
    Resource, Template, Workflow, assert_no_faults, event_targets, references, workflows,
};

use crate::workflows::catches_everything;

/// An Express workflow is ended by the service after five minutes.
const EXPRESS_LIMIT: u64 = 300;

fn machines() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::Serverless::StateMachine")
}

fn workflow_of(machine: Resource) -> Option<&'static Workflow> {
    let file = machine.property("DefinitionUri").as_str()?;
    workflows().iter().find(|workflow| workflow.file == file)
}

#[test]
fn every_workflow_is_a_state_machine_and_every_state_machine_a_workflow() {
    let lacking = machines().filter_map(|machine| {
        let why = "its DefinitionUri is no file of statemachine/";
        machine.unless(workflow_of(machine).is_some(), why)
    });
    let unused = workflows().iter().filter(|workflow| {
        !machines().any(|machine| machine.property("DefinitionUri") == &*workflow.file)
    });
    let unused = unused.map(|workflow| workflow.fault("no resource of template.yaml uses it"));
    assert_no_faults(lacking.chain(unused));
}

#[test]
fn the_template_supplies_the_substitutions_of_each_workflow_and_no_others() {
    assert_no_faults(machines().filter_map(|machine| {
        let workflow = workflow_of(machine)?;
        let supplied = machine.property("DefinitionSubstitutions").as_object();
        let supplied = supplied.into_iter().flat_map(|names| names.keys().cloned());
        let (supplied, wanted): (BTreeSet<String>, _) =
            (supplied.collect(), workflow.substitutions());
        let missing: Vec<_> = wanted.difference(&supplied).collect();
        let unused: Vec<_> = supplied.difference(&wanted).collect();
        let why = format!(
            "DefinitionSubstitutions lacks {missing:?} and has {unused:?} beyond {}",
            workflow.file
        );
        machine.unless(missing.is_empty() && unused.is_empty(), &why)
    }));
}

#[test]
fn no_workflow_names_an_account_or_a_resource() {
    let pattern = Regex::new(r"\barn:[^\s]{0,80}|\b\d{12}\b").expect("a valid pattern");
    assert_no_faults(workflows().iter().flat_map(|workflow| {
        let found = pattern
            .find_iter(&workflow.text)
            .map(|found| found.as_str());
        let literals = found.filter(|text| !text.starts_with("arn:aws:states:::"));
        let faults = literals
            .map(|text| workflow.fault(&format!("{text} is to come by a ${{Substitution}}")));
        faults.collect::<Vec<_>>()
    }));
}

#[test]
fn the_transaction_workflow_always_stands_in_both_forms_made_from_one_file() {
    let [standard, express] = ["StandardTransactionWorkflow", "ExpressTransactionWorkflow"]
        .map(|id| Template::read().resource(id));
    let shared = [
        "DefinitionUri",
        "DefinitionSubstitutions",
        "Role",
        "Logging",
        "Tracing",
    ];
    let differing = shared.into_iter().filter_map(|name| {
        let fits = standard.property(name) == express.property(name);
        express.unless(
            fits,
            &format!("its {name} differs from the Standard form's"),
        )
    });
    let own = [(standard, "STANDARD"), (express, "EXPRESS")]
        .into_iter()
        .filter_map(|(form, kind)| {
            let fits = form.property("Type") == kind && form.attribute("Condition").is_null();
            form.unless(
                fits,
                &format!("its Type is to be {kind}, under no condition"),
            )
        });
    assert_no_faults(differing.chain(own));
}

#[test]
fn an_express_workflow_ends_by_itself_before_the_service_ends_it() {
    let express = machines().filter(|machine| machine.property("Type") == "EXPRESS");
    assert_no_faults(express.filter_map(|machine| {
        let workflow = workflow_of(machine)?;
        let limit = workflow.definition["TimeoutSeconds"].as_u64();
        let fits = limit.is_some_and(|limit| limit < EXPRESS_LIMIT);
        (!fits).then(|| workflow.fault("TimeoutSeconds is to be under 300"))
    }));
}

#[test]
fn every_workflow_logs_its_errors_without_data_and_is_traced() {
    assert_no_faults(machines().flat_map(|machine| {
        let logging = machine.property("Logging");
        let level = logging["Level"].as_str().unwrap_or_default();
        let is_caller = workflow_of(machine).is_some_and(calls_a_third_party);
        let levels: &[&str] = if is_caller {
            &["FATAL"]
        } else {
            &["ERROR", "ALL"]
        };
        machine.faults([
            (
                levels.contains(&level),
                "it is to log its errors, but not those whose cause a third party wrote",
            ),
            (
                !references(&logging["Destinations"]).is_empty(),
                "it needs a log group",
            ),
            (
                logging["IncludeExecutionData"] == false,
                "IncludeExecutionData would log what partners sent",
            ),
            (
                machine.property("Tracing/Enabled") == true,
                "it is to be traced",
            ),
        ])
    }));
}

#[test]
fn a_workflow_that_fails_for_a_person_to_look_raises_an_alarm() {
    assert_no_faults(machines().filter_map(|machine| {
        let workflow = workflow_of(machine)?;
        let may_fail = !workflow.tasks().all(catches_everything);
        let mut alarms = Template::read().of_type("AWS::CloudWatch::Alarm");
        let is_watched = alarms.any(|alarm| fires_at_one(alarm, "ExecutionsFailed", machine));
        let why = "tasks of it fail the execution, and no alarm fires at one ExecutionsFailed";
        machine.unless(is_watched || !may_fail, why)
    }));
}

/// A timeout is no failure in the metrics, and an Express execution has no other witness.
#[test]
fn a_transaction_that_took_too_long_raises_an_alarm() {
    let forms = machines().filter(|machine| {
        let file = machine.property("DefinitionUri").as_str();
        file.is_some_and(|file| file.ends_with("/transaction.asl.json"))
    });
    assert_no_faults(forms.filter_map(|machine| {
        let mut alarms = Template::read().of_type("AWS::CloudWatch::Alarm");
        let is_watched = alarms.any(|alarm| fires_at_one(alarm, "ExecutionsTimedOut", machine));
        machine.unless(is_watched, "no alarm fires at one ExecutionsTimedOut")
    }));
}

#[test]
fn every_end_without_an_outcome_goes_to_the_recorder_of_rejections() {
    let receiver = "FailedExecutionRecorderFunction";
    let targets = event_targets().into_iter();
    let mut targets = targets.filter(|target| target.receiver() == receiver);
    let listens = targets.any(|target| {
        let pattern = target.rule.property("EventPattern");
        let statuses = &pattern["detail"]["status"];
        pattern["source"][0] == "aws.states"
            && references(&pattern["detail"]["stateMachineArn"])
                .contains("StandardTransactionWorkflow")
            && *statuses == json!(["FAILED", "TIMED_OUT", "ABORTED"])
    });
    assert!(
        listens,
        "template.yaml: no rule hands FAILED, TIMED_OUT and ABORTED to {receiver}"
    );
}

/// The cause of a failed `http:invoke` is what the third party answered.
fn calls_a_third_party(workflow: &'static Workflow) -> bool {
    let mut tasks = workflow.tasks();
    tasks.any(|task| task.call() == ("http", "invoke"))
}

fn fires_at_one(alarm: Resource, metric: &str, machine: Resource) -> bool {
    let dimension = &alarm.property("Dimensions")[0];
    alarm.property("Namespace") == "AWS/States"
        && alarm.property("MetricName") == metric
        && dimension["Name"] == "StateMachineArn"
        && references(&dimension["Value"]).contains(machine.id)
        && alarm.property("ComparisonOperator") == "GreaterThanOrEqualToThreshold"
        && alarm.property("Threshold") == 1
        && !references(alarm.property("AlarmActions")).is_empty()
}
