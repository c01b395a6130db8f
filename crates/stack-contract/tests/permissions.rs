//! What functions may do: every grant is needed, and every need is granted.

use std::collections::BTreeSet;

use stack_contract::{
    Crate, Exceptions, Function, Need, Operation, Template, assert_no_faults, crates,
    is_known_operation, named, needs, operations, references,
};

/// `function action`, granted although no call has that name.
const GRANTED_WITHOUT_A_CALL: &[(&str, &str)] = &[
    (
        "BatchSplitterFunction s3:GetObjectVersion",
        "GetObject with a version id needs it",
    ),
    (
        "BatchSplitterFunction s3:ListBucket",
        "without it a missing object reads as 403",
    ),
];
/// `function resource`, granted although no variable names it.
const GRANTED_WITHOUT_A_VARIABLE: &[(&str, &str)] = &[
    (
        "BatchSplitterFunction UploadsBucket",
        "the event names the bucket",
    ),
    (
        "FailedExecutionRecorderFunction StandardTransactionWorkflow",
        "the event names the execution",
    ),
    (
        "PartnerRegistrarFunction PartnerTokenSecret",
        "the resource's properties name the secret",
    ),
];
/// `function action resource`, not granted although a type that calls the action names the resource.
const NEVER_CALLED: &[(&str, &str)] = &[
    (
        "UploadOutcomeRecorderFunction dynamodb:PutItem UploadsTable",
        "its transaction puts outcomes alone",
    ),
    (
        "UploadOutcomeRecorderFunction dynamodb:UpdateItem UploadOutcomesTable",
        "its transaction updates counts alone",
    ),
];

/// Every function with its crate.
fn functions() -> impl Iterator<Item = (Function, &'static Crate)> {
    Template::read().functions().filter_map(|function| {
        let mut crates = crates().iter();
        let krate = crates.find(|krate| krate.name == function.binary())?;
        Some((function, krate))
    })
}

/// Every action that a function is granted, with the logical id that it is granted on, or `*`.
fn granted(function: Function) -> BTreeSet<(String, String)> {
    let grants = function.grants().into_iter();
    let pairs = grants.flat_map(|grant| {
        let mut resources = references(&grant.body["Resource"]);
        if grant.is_on_everything() {
            resources.insert("*".to_owned());
        }
        let actions = grant.actions.into_iter();
        actions.flat_map(move |action| {
            let resources = resources.clone().into_iter();
            resources.map(move |id| (action.clone(), id))
        })
    });
    pairs.collect()
}

fn is_granted((action, resource): &Need, granted: &BTreeSet<(String, String)>) -> bool {
    granted.iter().any(|(one, on)| {
        let is_there = resource.as_ref().is_none_or(|resource| resource == on);
        one == action && is_there
    })
}

#[test]
fn a_function_is_granted_what_its_code_calls_on_what_its_variables_name() {
    let exceptions = Exceptions::new(NEVER_CALLED);
    let mut faults = Vec::new();
    for (function, krate) in functions() {
        let granted = granted(function);
        for need in needs(function, krate) {
            let (action, resource) = &need;
            let resource = resource.as_deref().unwrap_or("what no variable names");
            let place = format!("{} {action} {resource}", function.resource.id);
            if !is_granted(&need, &granted) && !exceptions.allow(&place) {
                let why = format!("its code needs {action} on {resource}, and is not granted it");
                faults.push(function.resource.fault(&why));
            }
        }
        for (_, id) in named(function, krate) {
            if granted.iter().all(|(_, resource)| *resource != id) {
                let why = format!("its variables name {id}, which it may not use");
                faults.push(function.resource.fault(&why));
            }
        }
    }
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
}

#[test]
fn a_function_is_granted_nothing_else() {
    let without_a_call = Exceptions::new(GRANTED_WITHOUT_A_CALL);
    let without_a_variable = Exceptions::new(GRANTED_WITHOUT_A_VARIABLE);
    let mut faults = Vec::new();
    for (function, krate) in functions() {
        let id = function.resource.id;
        let needs = needs(function, krate);
        let is_needed = |action: &str, on: Option<&String>| needs.contains(&(action, on.cloned()));
        for (action, resource) in granted(function) {
            let fits = is_needed(&action, Some(&resource))
                || is_needed(&action, None)
                    && without_a_variable.allow(&format!("{id} {resource}"))
                || without_a_call.allow(&format!("{id} {action}"));
            if !fits {
                let why =
                    format!("it is granted {action} on {resource}, which its code never uses");
                faults.push(function.resource.fault(&why));
            }
        }
    }
    let unused = [without_a_call, without_a_variable].into_iter();
    assert_no_faults(
        faults
            .into_iter()
            .chain(unused.flat_map(|one| one.unused())),
    );
}

#[test]
fn every_operation_in_the_code_has_a_known_action() {
    let functions = crates().iter().filter(|krate| krate.is_function());
    let called: BTreeSet<Operation> = functions.flat_map(operations).collect();
    let unknown = called.iter().filter(|one| !is_known_operation(&one.method));
    assert_no_faults(unknown.map(|one| {
        format!(
            "crates/stack-contract/src/needs.rs: OPERATIONS: which action does client.{}() need?",
            one.method
        )
    }));
}

#[test]
fn a_function_has_its_grants_written_out() {
    assert_no_faults(Template::read().functions().filter_map(|function| {
        let mut policies = function.resource.items("Policies").iter();
        let fits = policies.all(|policy| policy["Statement"].is_array())
            && function.resource.property("Role").is_null();
        let why = "its Policies are to be its own statements, neither managed nor SAM's templates";
        function.resource.unless(fits, why)
    }));
}
