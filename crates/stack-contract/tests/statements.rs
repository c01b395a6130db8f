//! IAM statements of the whole template, whoever holds them, and who may take on which role.

use std::collections::BTreeSet;

use stack_contract::{
    Api, Exceptions, Resource, Route, Statement, Template, assert_no_faults, references,
    statements, texts,
};

const TASK_TOKEN: &str = "a task token names no resource that a policy could";
const LOG_DELIVERY: &str = "log delivery offers no resource to name";
const TRACING: &str = "X-Ray offers no resource to name";
/// Actions that may be granted on every resource.
const GRANTED_ON_EVERYTHING: &[(&str, &str)] = &[
    ("logs:CreateLogDelivery", LOG_DELIVERY),
    ("logs:DeleteLogDelivery", LOG_DELIVERY),
    ("logs:DescribeLogGroups", LOG_DELIVERY),
    ("logs:DescribeResourcePolicies", LOG_DELIVERY),
    ("logs:GetLogDelivery", LOG_DELIVERY),
    ("logs:ListLogDeliveries", LOG_DELIVERY),
    ("logs:PutResourcePolicy", LOG_DELIVERY),
    ("logs:UpdateLogDelivery", LOG_DELIVERY),
    (
        "states:InvokeHTTPEndpoint",
        "its conditions name the method and the URL",
    ),
    ("states:SendTaskFailure", TASK_TOKEN),
    ("states:SendTaskHeartbeat", TASK_TOKEN),
    ("states:SendTaskSuccess", TASK_TOKEN),
    ("xray:GetSamplingRules", TRACING),
    ("xray:GetSamplingTargets", TRACING),
    ("xray:PutTelemetryRecords", TRACING),
    ("xray:PutTraceSegments", TRACING),
];

#[test]
fn only_what_offers_no_resource_is_granted_on_everything() {
    let exceptions = Exceptions::new(GRANTED_ON_EVERYTHING);
    let mut faults = Vec::new();
    let statements = Template::read().statements();
    for statement in statements.filter(|statement| statement.effect == "Allow") {
        for action in &statement.actions {
            if statement.is_on_everything() && !exceptions.allow(action) {
                let why = format!("{action} is granted on every resource");
                faults.push(statement.holder.fault(&why));
            }
            if action.contains('*') {
                let why = format!("{action} is no single action");
                faults.push(statement.holder.fault(&why));
            }
        }
    }
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
}

/// Whether a resource, as [`texts`] has it, is one that knows the action.
fn knows(resource: &str, action: &str) -> bool {
    let (service, name) = action.split_once(':').unwrap_or_default();
    let Some((before, rest)) = resource.rsplit_once("${").filter(|_| !resource.is_empty()) else {
        return false;
    };
    let (reference, after) = rest.split_once('}').unwrap_or_default();
    let (_, attribute) = reference.split_once('.').unwrap_or_default();
    match (service, name) {
        ("dynamodb", "Query") => attribute == "Arn" && after.starts_with("/index/"),
        ("s3", "ListBucket" | "ListBucketVersions" | "GetBucketAcl") => {
            attribute == "Arn" && after.is_empty()
        }
        ("s3", _) => resource.contains(".Arn}/") && resource.contains("/*"),
        ("states", "DescribeExecution") => {
            before.ends_with(":execution:") && attribute == "Name" && after == ":*"
        }
        ("execute-api", _) => before.contains(":execute-api:") && after.split('/').count() > 3,
        ("secretsmanager", _) => matches!(attribute, "" | "SecretArn") && after.is_empty(),
        ("sns" | "states", _) => attribute.is_empty() && after.is_empty() && before.is_empty(),
        _ => attribute == "Arn" && after.is_empty(),
    }
}

#[test]
fn a_statement_names_its_resource_in_the_form_that_its_action_knows() {
    let statements = Template::read().statements();
    let allowing = statements.filter(|one| one.effect == "Allow" && !one.is_on_everything());
    assert_no_faults(allowing.flat_map(|statement| {
        let Statement {
            holder,
            actions,
            resources,
            ..
        } = statement;
        let pairs = actions.into_iter().flat_map(move |action| {
            let resources = resources.clone().into_iter();
            resources.map(move |resource| (action.clone(), resource))
        });
        let unknown = pairs.filter(|(action, resource)| !knows(resource, action));
        unknown.map(move |(action, resource)| {
            holder.fault(&format!(
                "{action} is not done to {resource}: it would never match"
            ))
        })
    }));
}

/// The services that offer no `aws:SourceAccount` when they take on a role.
const WITHOUT_SOURCE_ACCOUNT: &[(&str, &str)] = &[(
    "apigateway.amazonaws.com",
    "API Gateway takes on the roles of its own account alone",
)];

/// The service that takes on a role for a resource of that type.
fn service_behind(kind: &str) -> &'static str {
    match kind {
        "AWS::ApiGateway::Account" | "AWS::Serverless::Api" => "apigateway.amazonaws.com",
        "AWS::Events::Rule" => "events.amazonaws.com",
        "AWS::Serverless::StateMachine" => "states.amazonaws.com",
        "AWS::Transfer::User" => "transfer.amazonaws.com",
        _ => "",
    }
}

/// The services that take on a role: those of the resources and API documents that name it.
fn users(role: Resource) -> BTreeSet<&'static str> {
    let resources = Template::read().resources();
    let resources = resources.filter(|one| !one.kind().starts_with("AWS::IAM::"));
    let naming = resources.filter(|one| references(one.attribute("Properties")).contains(role.id));
    let kinds = naming.map(Resource::kind);
    let routes = Api::all().iter().flat_map(Api::routes);
    let mut integrations = routes.flat_map(Route::integrations);
    let is_in_a_document =
        integrations.any(|one| references(&one["credentials"]).contains(role.id));
    let document = is_in_a_document.then_some("AWS::Serverless::Api");
    kinds.chain(document).map(service_behind).collect()
}

#[test]
fn a_role_is_taken_on_by_the_services_that_use_it_alone() {
    let exceptions = Exceptions::new(WITHOUT_SOURCE_ACCOUNT);
    let mut faults = Vec::new();
    for role in Template::read().of_type("AWS::IAM::Role") {
        let trust = statements(role, role.property("AssumeRolePolicyDocument"));
        let principals: Vec<_> = trust.iter().map(|one| &one.body["Principal"]).collect();
        let trusted: BTreeSet<String> = principals
            .iter()
            .flat_map(|one| texts(&one["Service"]))
            .collect();
        let users: BTreeSet<String> = users(role).into_iter().map(str::to_owned).collect();
        let services_alone = principals.iter().all(|one| {
            one.as_object()
                .is_some_and(|one| one.keys().eq(["Service"]))
        });
        let assumes = |one: &Statement| one.effect == "Allow" && one.actions == ["sts:AssumeRole"];
        let bound = |one: &Statement| {
            let account = &one.body["Condition"]["StringEquals"]["aws:SourceAccount"];
            let services = texts(&one.body["Principal"]["Service"]);
            texts(account) == ["${AWS::AccountId}"]
                || services.iter().all(|service| exceptions.allow(service))
        };
        faults.extend(role.faults([
            (
                trusted == users && !users.is_empty() && services_alone,
                &*format!("it trusts {trusted:?}, and {users:?} use it"),
            ),
            (
                trust.iter().all(assumes),
                "its trust is to be sts:AssumeRole",
            ),
            (
                trust.iter().all(bound),
                "its trust is to be bound to ${AWS::AccountId} by aws:SourceAccount",
            ),
        ]));
    }
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
}
