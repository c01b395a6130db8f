//! What workflows may do: the calls that stand in their documents, and nothing else.

use std::collections::BTreeSet;

use serde_json::json;
use stack_contract::{
    Resource, State, Template, Workflow, assert_no_faults, attached_to, references, tasks,
    workflows,
};

/// An action and the resource that it is done to: a logical id, `*`, or nothing where a task's
/// arguments are known only while it runs.
type Need = (String, Option<String>);

fn machines() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::Serverless::StateMachine")
}

/// The actions of IAM that a task needs on what its arguments name.
fn actions(task: State) -> Vec<String> {
    let (service, action) = task.call();
    let named: &[&str] = match (service, action) {
        ("lambda", "invoke") => &["lambda:InvokeFunction"],
        ("apigateway", "invoke") => &["execute-api:Invoke"],
        ("http", "invoke") => &[
            "events:RetrieveConnectionCredentials",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
        ],
        _ => &[],
    };
    if !named.is_empty() {
        return named.iter().map(|&action| action.to_owned()).collect();
    }
    let service = match service {
        "eventbridge" => "events",
        "sfn" => "states",
        _ => service,
    };
    let (first, rest) = action.split_at(action.len().min(1));
    vec![format!("{service}:{}{rest}", first.to_uppercase())]
}

fn needs(workflow: &'static Workflow, machine: Resource) -> BTreeSet<Need> {
    let substitutions = machine.property("DefinitionSubstitutions");
    let mut needs = BTreeSet::new();
    for task in workflow.tasks() {
        let substituted = task.substitutions().into_iter();
        let named = substituted.flat_map(|name| references(&substitutions[name.as_str()]));
        let resources = named.filter(|id| Template::read().has_resource(id));
        let mut resources: Vec<Option<String>> = resources.map(Some).collect();
        if resources.is_empty() {
            resources.push(None);
        }
        for action in actions(task) {
            needs.extend(
                resources
                    .iter()
                    .map(|resource| (action.clone(), resource.clone())),
            );
        }
        if task.call().0 == "http" {
            // This action is bound by its conditions, for it knows no resource but the workflow.
            needs.insert(("states:InvokeHTTPEndpoint".to_owned(), None));
        }
    }
    needs
}

/// What a role grants, without the delivery of logs and traces.
fn grants(role: Resource) -> BTreeSet<Need> {
    let mut grants = BTreeSet::new();
    for statement in role.grants().into_iter().chain(attached_to(role.id)) {
        let mut resources = references(&statement.body["Resource"]);
        if statement.is_on_everything() {
            resources.insert("*".to_owned());
        }
        let actions = statement.actions.into_iter();
        let actions = actions.filter(|one| !one.starts_with("logs:") && !one.starts_with("xray:"));
        for action in actions {
            let pairs = resources
                .iter()
                .map(|id| (action.clone(), Some(id.clone())));
            grants.extend(pairs);
        }
    }
    grants
}

#[test]
fn a_workflows_role_grants_what_its_tasks_call_and_nothing_else() {
    assert_no_faults(machines().flat_map(|machine| {
        let file = machine
            .property("DefinitionUri")
            .as_str()
            .unwrap_or_default();
        let found = workflows().iter().find(|workflow| workflow.file == file);
        let needs = found
            .map(|workflow| needs(workflow, machine))
            .unwrap_or_default();
        let role = references(machine.property("Role")).pop_first();
        let role = role.map_or(machine, |id| Template::read().resource(&id));
        let grants = grants(role);
        let somewhere = |action: &str| grants.iter().any(|(granted, _)| granted == action);
        let missing = needs.iter().filter(|need| match need {
            (action, None) => !somewhere(action),
            _ => !grants.contains(need),
        });
        let missing = missing.map(|need| format!("{file} needs {need:?}, which it does not grant"));
        let unused = grants.iter().filter(|(action, resource)| {
            !needs.contains(&(action.clone(), resource.clone()))
                && !needs.contains(&(action.clone(), None))
        });
        let unused =
            unused.map(|grant| format!("it grants {grant:?}, and {file} does not need it"));
        missing
            .chain(unused)
            .map(|why| role.fault(&why))
            .collect::<Vec<_>>()
    }));
}

#[test]
fn a_workflows_role_is_stated() {
    assert_no_faults(machines().filter_map(|machine| {
        let role = references(machine.property("Role")).pop_first();
        let why = "its Role is to be a role of this template; SAM's own would be granted nothing";
        machine.unless(
            role.is_some() && machine.property("Policies").is_null(),
            why,
        )
    }));
}

#[test]
fn a_workflow_may_call_the_url_and_the_method_of_its_tasks_alone() {
    let calls = tasks().filter(|task| task.call().0 == "http");
    assert_no_faults(calls.filter_map(|task| {
        let file = task.workflow.file.as_str();
        let machine = machines().find(|machine| machine.property("DefinitionUri") == file)?;
        let role = references(machine.property("Role")).pop_first()?;
        let mut grants = Template::read().resource(&role).grants().into_iter();
        let grant = grants.find(|grant| grant.actions == ["states:InvokeHTTPEndpoint"])?;
        let endpoint = task.substitutions().into_iter().find_map(|name| {
            let place = format!("${{{name}}}");
            let value = &machine.property("DefinitionSubstitutions")[name.as_str()];
            (task.arguments()["ApiEndpoint"] == *place).then_some(value)
        });
        let expected = json!({"StringEquals": {
            "states:HTTPMethod": task.arguments()["Method"],
            "states:HTTPEndpoint": endpoint,
        }});
        let why = format!("{role}'s conditions are to be its Method and its ApiEndpoint");
        task.unless(grant.body["Condition"] == expected, &why)
    }));
}
