//! The workflows: what happens when a task fails, and whether every name leads somewhere.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stack_contract::{Exceptions, State, Workflow, assert_no_faults, tasks, workflows};

/// Waits for a token without a heartbeat.
const SILENT: &[(&str, &str)] = &[
    (
        "statemachine/account-opening.asl.json: RequestReview",
        "a person answers once, and gives no sign of life before",
    ),
    (
        "statemachine/async-api.asl.json: Call Async API",
        "the contract knows one wait, AsyncApiTimeoutSeconds",
    ),
];
/// Tasks that retry some errors by name: not every one of theirs may be tried again.
const RETRIED_BY_NAME: &[(&str, &str)] = &[
    (
        "statemachine/account-opening.asl.json: RequestReview",
        "the reviewer's silence is not to be waited for again",
    ),
    (
        "statemachine/async-api.asl.json: Call Async API",
        "the API's own failure is an answer",
    ),
    (
        "statemachine/order.asl.json: ShippingServiceCallback",
        "the external system's failure is an answer",
    ),
    (
        "statemachine/third-party.asl.json: CallProvider",
        "a message that may have been sent is not sent again",
    ),
];
/// Tasks without a Catch of all errors. A failure ends the execution there, to be redriven;
/// `state_machines` wants an alarm for it.
const UNCAUGHT: &[(&str, &str)] = &[
    (
        "statemachine/account-opening.asl.json: AnnounceCheck",
        "to be redriven",
    ),
    (
        "statemachine/account-opening.asl.json: Approve",
        "decided: to be redriven, not rejected",
    ),
    (
        "statemachine/account-opening.asl.json: CheckIdentity",
        "nobody is rejected for our fault",
    ),
    (
        "statemachine/account-opening.asl.json: Claim",
        "nothing is claimed yet: to be redriven",
    ),
    (
        "statemachine/account-opening.asl.json: Reject",
        "decided: to be redriven",
    ),
    (
        "statemachine/account-opening.asl.json: RequestReview",
        "a redrive asks the reviewer again",
    ),
    (
        "statemachine/async-api-simulator.asl.json: CallBack",
        "the caller waits still: to be redriven",
    ),
    (
        "statemachine/async-api.asl.json: SNS Publish - Send Error Notification",
        "the outcome is known: to be redriven",
    ),
    (
        "statemachine/async-api.asl.json: SNS Publish - Send Success Notification",
        "the outcome is known: to be redriven",
    ),
    (
        "statemachine/order.asl.json: GetOrderMetadata",
        "the failure is the outcome, and names the step",
    ),
    (
        "statemachine/order.asl.json: ProcessShippingResults",
        "the answer is known: to be redriven",
    ),
    (
        "statemachine/order.asl.json: ShippingServiceCallback",
        "a failed callback fails the workflow with the caller's error",
    ),
    (
        "statemachine/transaction.asl.json: AnnounceDuplicate",
        "the content is stored: to be redriven",
    ),
    (
        "statemachine/transaction.asl.json: Announce",
        "the row stands: to be redriven, not rejected",
    ),
    (
        "statemachine/transaction.asl.json: AnnounceRejection",
        "the rejection stands: to be redriven",
    ),
    (
        "statemachine/transaction.asl.json: ReadStored",
        "what cannot be read is not known to be rejected: to be redriven",
    ),
    (
        "statemachine/transaction.asl.json: RecordRejection",
        "the last resort: to be redriven",
    ),
];

/// Whether a state says how long: in seconds, by an expression, or by a path to them.
fn is_timed(state: State, name: &str) -> bool {
    let seconds = &state.body[name];
    let path = &state.body[format!("{name}Path").as_str()];
    seconds.is_u64() || seconds.is_string() || path.is_string()
}

#[test]
fn every_task_gives_up_in_time() {
    let why = "without TimeoutSeconds it waits for a year and more";
    assert_no_faults(tasks().filter_map(|task| task.unless(is_timed(task, "TimeoutSeconds"), why)));
}

#[test]
fn a_task_that_waits_for_a_token_wants_a_sign_of_life() {
    let exceptions = Exceptions::new(SILENT);
    let waiting = tasks().filter(|task| task.waits_for_a_token());
    let silent = waiting
        .filter(|task| !is_timed(*task, "HeartbeatSeconds") && !exceptions.allow(&task.place()));
    let why = "it waits for a token without HeartbeatSeconds";
    let faults: Vec<String> = silent.map(|task| task.fault(why)).collect();
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
}

#[test]
fn every_task_is_retried() {
    let exceptions = Exceptions::new(RETRIED_BY_NAME);
    let faults: Vec<String> = tasks()
        .filter_map(|task| {
            let by_name = !backs_off(task, names_everything) && exceptions.allow(&task.place());
            let fits = backs_off(task, |retry| by_name || names_everything(retry));
            let why = "it needs a Retry of States.ALL with a BackoffRate: throttles and lost answers pass";
            task.unless(fits, why)
        })
        .collect();
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
}

fn backs_off(task: State, wanted: impl Fn(&Value) -> bool) -> bool {
    let mut retries = task.items("Retry").filter(|retry| wanted(retry));
    retries.any(|retry| retry["MaxAttempts"] != 0 && retry["BackoffRate"].as_f64() > Some(1.0))
}

pub fn catches_everything(task: State) -> bool {
    task.items("Catch").any(names_everything)
}

fn names_everything(policy: &Value) -> bool {
    policy["ErrorEquals"] == json!(["States.ALL"])
}

#[test]
fn every_task_catches_all_errors_but_where_a_redrive_is_wanted() {
    let exceptions = Exceptions::new(UNCAUGHT);
    let uncaught =
        tasks().filter(|task| !catches_everything(*task) && !exceptions.allow(&task.place()));
    let faults: Vec<String> = uncaught
        .map(|task| task.fault("it needs a Catch of States.ALL"))
        .collect();
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
}

#[test]
fn every_state_leads_to_a_state_of_its_machine_or_ends() {
    let faults = workflows().iter().flat_map(|workflow| {
        let machines = workflow.machines().into_iter();
        machines.flat_map(|machine| broken_ways(workflow, machine))
    });
    assert_no_faults(faults);
}

fn broken_ways(workflow: &'static Workflow, machine: &'static Value) -> Vec<String> {
    let names: BTreeSet<&str> = workflow
        .states_of(machine)
        .map(|state| state.name)
        .collect();
    let start = machine["StartAt"].as_str().into_iter();
    let ways = start.chain(workflow.states_of(machine).flat_map(State::next));
    let targets: BTreeSet<&str> = ways.collect();
    let absent = targets
        .difference(&names)
        .map(|name| format!("there is no state {name}"));
    let unreached = names
        .difference(&targets)
        .map(|name| format!("nothing leads to {name}"));
    let faults = absent.chain(unreached).map(|why| workflow.fault(&why));
    let endless = workflow.states_of(machine).filter_map(|state| {
        let is_end = ["Succeed", "Fail"]
            .iter()
            .any(|kind| state.body["Type"] == *kind);
        let fits = is_end || state.body["End"] == true || !state.next().is_empty();
        state.unless(fits, "it has neither a next state nor an end")
    });
    faults.chain(endless).collect()
}

#[test]
fn the_outcomes_of_the_transaction_workflow_are_the_three_of_the_promise() {
    let workflow = workflows()
        .iter()
        .find(|one| one.file.ends_with("/transaction.asl.json"));
    let workflow = workflow.expect("statemachine/transaction.asl.json is there");
    let outcomes: BTreeSet<&str> = workflow.states().flat_map(outcomes).collect();
    assert_eq!(
        outcomes,
        BTreeSet::from(["DUPLICATE", "REJECTED", "STORED"]),
        "{}: every accepted transaction ends stored, as a duplicate or rejected",
        workflow.file
    );
}

fn outcomes(state: State) -> impl Iterator<Item = &'static str> {
    let own = [&state.body["Output"]].into_iter();
    let outputs = own.chain(state.items("Choices").map(|choice| &choice["Output"]));
    outputs.filter_map(|output| output["outcome"].as_str())
}
