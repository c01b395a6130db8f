//! What APIs may do, by which role, and what they tell of their callers.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stack_contract::{
    Api, Resource, Route, Statement, Template, assert_no_faults, branches, list, references, texts,
};

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

#[test]
fn the_directory_reads_what_enrichment_may_know_alone() {
    let roles = integration_roles().into_iter();
    let readers = roles.filter(|(_, action)| action == "dynamodb:GetItem");
    let readers: Vec<Resource> = readers
        .map(|(id, _)| Template::read().resource(&id))
        .collect();
    assert!(!readers.is_empty(), "no API reads a table");
    let expected = json!({
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["partner_id", "name", "email"]},
        "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
    });
    assert_no_faults(readers.into_iter().filter_map(|role| {
        let fits = role
            .grants()
            .iter()
            .all(|grant| grant.body["Condition"] == expected);
        let why =
            "its grant is to be bound to partner_id, name and email: a row holds a token's hash";
        role.unless(fits, why)
    }));
}

#[test]
fn every_api_may_write_its_access_log_before_its_stage_stands() {
    let accounts = Template::read().of_type("AWS::ApiGateway::Account");
    let accounts: Vec<Resource> = accounts.collect();
    assert_eq!(
        accounts.len(),
        1,
        "template.yaml: an account has one role for API Gateway's logs"
    );
    let account = accounts[0];
    let role = references(account.property("CloudWatchRoleArn")).pop_first();
    let role = Template::read().resource(&role.unwrap_or_default());
    let policy = texts(role.property("ManagedPolicyArns"));
    let may_log = policy
        .iter()
        .any(|arn| arn.ends_with("/AmazonAPIGatewayPushToCloudWatchLogs"));
    let kept = [account, role].into_iter().filter_map(|one| {
        let is_kept = ["DeletionPolicy", "UpdateReplacePolicy"]
            .iter()
            .all(|name| one.attribute(name) == "Retain");
        one.unless(
            is_kept,
            "it is to be kept: other APIs of the account may rely on it",
        )
    });
    let early = Api::all().iter().filter_map(|api| {
        let dependencies = list(api.resource.attribute("DependsOn"));
        let waits = dependencies.iter().any(|one| *one == account.id);
        let why = format!(
            "without DependsOn {} its stage may come first and fail",
            account.id
        );
        api.resource.unless(waits, &why)
    });
    let unable = role.unless(may_log, "it lacks API Gateway's policy for logs");
    assert_no_faults(kept.chain(early).chain(unable));
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
