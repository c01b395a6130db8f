//! What workflows and APIs may do: the calls that stand in their documents, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;
use stack_contract::{
    Api, Resource, Route, State, Statement, Template, Workflow, assert_no_faults, attached_to,
    branches, references, texts, workflows,
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

/// `dynamodb:GetItem` of `arn:…:apigateway:…:dynamodb:action/GetItem`.
fn integration_action(uri: &str) -> Option<String> {
    let (before, action) = uri.split_once(":action/")?;
    let (_, service) = before.rsplit_once(':')?;
    Some(format!("{service}:{action}"))
}

/// Each role that an integration takes on, with the action that it calls then.
fn integration_roles() -> BTreeSet<(String, String)> {
    let pairs = integrations().filter_map(|(_, integration)| {
        let role = references(&integration["credentials"]).pop_first()?;
        let uri = branches(&integration["uri"])
            .into_iter()
            .flat_map(texts)
            .next()?;
        Some((role, integration_action(&uri)?))
    });
    pairs.collect()
}

#[test]
fn the_role_of_an_api_grants_the_actions_of_its_integrations_and_no_others() {
    let pairs = integration_roles();
    let roles: BTreeSet<&String> = pairs.iter().map(|(role, _)| role).collect();
    assert_no_faults(roles.into_iter().filter_map(|id| {
        let called = pairs.iter().filter(|(role, _)| role == id);
        let called: BTreeSet<String> = called.map(|(_, action)| action.clone()).collect();
        let role = Template::read().resource(id);
        let granted = role
            .grants()
            .into_iter()
            .flat_map(|grant: Statement| grant.actions);
        let granted: BTreeSet<String> = granted.collect();
        let why = format!("its API calls {called:?}, and it grants {granted:?}");
        role.unless(called == granted, &why)
    }));
}

/// Every integration of every route.
fn integrations() -> impl Iterator<Item = (Route, &'static Value)> {
    let routes = Api::all().iter().flat_map(Api::routes);
    routes.flat_map(|route| {
        let integrations = route.integrations().into_iter();
        integrations.map(move |integration| (route, integration))
    })
}

#[test]
fn no_callers_session_token_leaves_through_a_proxy() {
    let proxies = integrations().filter(|(_, one)| one["type"] == "http_proxy");
    assert_no_faults(proxies.filter_map(|(route, integration)| {
        let header = "integration.request.header.X-Amz-Security-Token";
        let source = integration["requestParameters"][header].as_str();
        let is_fixed = source.is_some_and(|text| text.starts_with('\'') && text.ends_with('\''));
        let why = format!("an http_proxy hands on every header: map {header} to a fixed text");
        (!is_fixed).then(|| route.fault(&why))
    }));
}

#[test]
fn an_api_that_calls_a_service_does_so_by_a_role_of_this_template() {
    assert_no_faults(integrations().filter_map(|(route, integration)| {
        let role = references(&integration["credentials"]);
        let fits = integration["type"] != "aws" || role.len() == 1;
        let why = "its integration needs credentials: the role that it calls the service by";
        (!fits).then(|| route.fault(why))
    }));
}
