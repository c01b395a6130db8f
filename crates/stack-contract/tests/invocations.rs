//! Who may invoke a function: whoever this stack lets call it, and nobody else.

use std::collections::BTreeSet;

use serde_json::Value;
use stack_contract::{Api, Resource, Template, assert_no_faults, event_targets, references, texts};

/// A caller that this stack wants to invoke a function.
struct Invocation {
    /// The rule, route, authorizer or subscription, for a report.
    place: String,
    /// The condition under which it stands; null where it always does.
    condition: &'static Value,
    principal: &'static str,
    function: String,
    /// How the ARN of the caller ends.
    source: String,
}

fn by_rules() -> impl Iterator<Item = Invocation> {
    event_targets().into_iter().map(|target| Invocation {
        place: target.rule.fault(""),
        condition: target.rule.attribute("Condition"),
        principal: "events.amazonaws.com",
        function: target.receiver(),
        source: format!("${{{}.Arn}}", target.rule.id),
    })
}

fn by_topics() -> impl Iterator<Item = Invocation> {
    let subscriptions = Template::read().of_type("AWS::SNS::Subscription");
    subscriptions.flat_map(|subscription| {
        let endpoints = references(subscription.property("Endpoint")).into_iter();
        endpoints.map(move |function| Invocation {
            place: subscription.fault(""),
            condition: subscription.attribute("Condition"),
            principal: "sns.amazonaws.com",
            function,
            source: texts(subscription.property("TopicArn")).concat(),
        })
    })
}

fn by_apis() -> impl Iterator<Item = Invocation> {
    Api::all().iter().flat_map(|api| {
        let routes = api.routes().flat_map(|route| {
            let suffix = format!("/*/{}", route.arn_suffix());
            let integrations = route.integrations().into_iter();
            integrations.map(move |one| (route.fault(""), &one["uri"], suffix.clone()))
        });
        let authorizers = api.schemes().map(|(name, scheme)| {
            let uri = &scheme["x-amazon-apigateway-authorizer"]["authorizerUri"];
            (api.fault(name, ""), uri, "/authorizers/*".to_owned())
        });
        routes
            .chain(authorizers)
            .flat_map(move |(place, uri, suffix)| {
                let functions = references(uri).into_iter();
                functions.map(move |function| Invocation {
                    place: place.clone(),
                    condition: api.resource.attribute("Condition"),
                    principal: "apigateway.amazonaws.com",
                    function,
                    source: format!("${{{}}}{suffix}", api.resource.id),
                })
            })
    })
}

/// Every wanted invocation, with the permission for it.
fn invocations() -> impl Iterator<Item = (Invocation, Option<Resource>)> {
    let callers = by_rules().chain(by_topics()).chain(by_apis());
    let callers = callers.filter(|one| Template::read().function(&one.function).is_some());
    callers.map(|invocation| {
        let mut permissions = permissions();
        let permission = permissions.find(|permission| lets(*permission, &invocation));
        (invocation, permission)
    })
}

fn permissions() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::Lambda::Permission")
}

fn lets(permission: Resource, invocation: &Invocation) -> bool {
    let sources = texts(permission.property("SourceArn"));
    permission.property("Action") == "lambda:InvokeFunction"
        && permission.property("Principal") == invocation.principal
        && references(permission.property("FunctionName")).contains(&invocation.function)
        && sources.iter().any(|arn| arn.ends_with(&invocation.source))
        && permission.attribute("Condition") == invocation.condition
}

#[test]
fn every_caller_may_invoke_its_function() {
    let unpermitted = invocations().filter(|(_, permission)| permission.is_none());
    assert_no_faults(unpermitted.map(|(invocation, _)| {
        let Invocation {
            place,
            function,
            principal,
            source,
            ..
        } = invocation;
        format!(
            "{place}template.yaml needs an AWS::Lambda::Permission on {function} for {principal} \
             from {source}, under the same condition"
        )
    }));
}

#[test]
fn nobody_else_may_invoke_a_function() {
    let needed = invocations().filter_map(|(_, permission)| permission);
    let needed: BTreeSet<&str> = needed.map(|permission| permission.id).collect();
    assert_no_faults(permissions().filter_map(|permission| {
        let is_needed = needed.contains(permission.id);
        permission.unless(
            is_needed,
            "no rule, topic, route or authorizer needs it as it stands",
        )
    }));
}
