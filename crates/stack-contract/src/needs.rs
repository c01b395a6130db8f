//! What a function's code calls, and on which resource of the template.

use std::collections::BTreeSet;

use crate::{Crate, Function, Operation, Template, bindings, operations, references};

/// A method of an SDK's client, the crate that the client comes from, and the action it needs.
const OPERATIONS: [(&str, &str, &str); 25] = [
    ("delete_item", "aws-sdk-dynamodb", "dynamodb:DeleteItem"),
    ("get_item", "aws-sdk-dynamodb", "dynamodb:GetItem"),
    ("put_item", "aws-sdk-dynamodb", "dynamodb:PutItem"),
    ("query", "aws-sdk-dynamodb", "dynamodb:Query"),
    ("scan", "aws-sdk-dynamodb", "dynamodb:Scan"),
    // A transaction needs what its items need.
    (
        "transact_write_items",
        "aws-sdk-dynamodb",
        "dynamodb:PutItem",
    ),
    (
        "transact_write_items",
        "aws-sdk-dynamodb",
        "dynamodb:UpdateItem",
    ),
    ("update_item", "aws-sdk-dynamodb", "dynamodb:UpdateItem"),
    ("put_events", "aws-sdk-eventbridge", "events:PutEvents"),
    // The documentation asks for the first always, and for the second where a version is named.
    ("delete_objects", "aws-sdk-s3", "s3:DeleteObject"),
    ("delete_objects", "aws-sdk-s3", "s3:DeleteObjectVersion"),
    ("get_object", "aws-sdk-s3", "s3:GetObject"),
    ("head_object", "aws-sdk-s3", "s3:GetObject"),
    (
        "list_object_versions",
        "aws-sdk-s3",
        "s3:ListBucketVersions",
    ),
    ("put_object", "aws-sdk-s3", "s3:PutObject"),
    (
        "get_secret_value",
        "aws-sdk-secretsmanager",
        "secretsmanager:GetSecretValue",
    ),
    (
        "describe_execution",
        "aws-sdk-sfn",
        "states:DescribeExecution",
    ),
    ("send_task_failure", "aws-sdk-sfn", "states:SendTaskFailure"),
    (
        "send_task_heartbeat",
        "aws-sdk-sfn",
        "states:SendTaskHeartbeat",
    ),
    ("send_task_success", "aws-sdk-sfn", "states:SendTaskSuccess"),
    ("start_execution", "aws-sdk-sfn", "states:StartExecution"),
    ("publish", "aws-sdk-sns", "sns:Publish"),
    (
        "change_message_visibility",
        "aws-sdk-sqs",
        "sqs:ChangeMessageVisibility",
    ),
    ("send_message", "aws-sdk-sqs", "sqs:SendMessage"),
    ("send_message_batch", "aws-sdk-sqs", "sqs:SendMessage"),
];
/// Actions whose task token names no resource that a policy could.
const BY_TASK_TOKEN: &str = "states:SendTask";
/// Methods of a client that call nothing.
const NO_OPERATIONS: [&str; 2] = ["clone", "config"];

/// Whether it is known what a method of a client calls.
#[must_use]
pub fn is_known_operation(method: &str) -> bool {
    let mut rows = OPERATIONS.iter();
    rows.any(|(operation, _, _)| *operation == method) || NO_OPERATIONS.contains(&method)
}

/// An action and the resource that it is done to: a logical id, `*`, or nothing where no variable
/// names one.
pub type Need = (&'static str, Option<String>);

/// The resources of this function's variables, with the types that are made with them.
#[must_use]
pub fn named(function: Function, krate: &Crate) -> Vec<(Option<String>, String)> {
    let bindings = bindings(krate);
    let variables = function.variables().into_iter();
    let named = variables.flat_map(|(variable, value)| {
        let bound = bindings.iter().filter(move |one| one.variable == variable);
        let owners: Vec<_> = bound.map(|one| Some(one.owner.clone())).collect();
        let owners = if owners.is_empty() {
            vec![None]
        } else {
            owners
        };
        let resources = references(value).into_iter();
        let resources = resources.filter(|id| Template::read().has_resource(id));
        resources.flat_map(move |id| owners.clone().into_iter().map(move |one| (one, id.clone())))
    });
    named.collect()
}

/// What a function's code calls, and on what: on the resources of the type that calls, or else on all
/// that a variable names and that know the action.
#[must_use]
pub fn needs(function: Function, krate: &Crate) -> BTreeSet<Need> {
    let named = named(function, krate);
    let mut needs = BTreeSet::new();
    for Operation { owner, method } in operations(krate) {
        // Who has no client of a service cannot call it, whatever a library could do with one.
        let rows = OPERATIONS
            .iter()
            .filter(|(operation, sdk, _)| *operation == method && krate.depends_on(sdk));
        for (_, _, action) in rows {
            if action.starts_with(BY_TASK_TOKEN) {
                needs.insert((*action, Some("*".to_owned())));
                continue;
            }
            let knows = |id: &String| {
                let kind = Template::read().resource(id).kind();
                service_of(kind) == action.split(':').next()
            };
            let candidates = named.iter().filter(|(_, id)| knows(id));
            let (own, all): (Vec<_>, Vec<_>) =
                candidates.partition(|(bound, _)| bound.is_some() && *bound == owner);
            let resources = if own.is_empty() { all } else { own };
            needs.extend(resources.iter().map(|(_, id)| (*action, Some(id.clone()))));
            if resources.is_empty() {
                needs.insert((*action, None));
            }
        }
    }
    needs
}

/// The service of IAM that a resource's actions belong to.
fn service_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "AWS::DynamoDB::Table" => "dynamodb",
        "AWS::Events::EventBus" => "events",
        "AWS::S3::Bucket" => "s3",
        "AWS::SecretsManager::Secret" => "secretsmanager",
        "AWS::Serverless::StateMachine" => "states",
        "AWS::SNS::Topic" => "sns",
        "AWS::SQS::Queue" => "sqs",
        _ => return None,
    })
}
