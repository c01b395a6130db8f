//! What functions may do: every grant is needed, and every need is granted.

use std::collections::BTreeSet;

use stack_contract::{
    Exceptions, Function, Template, assert_no_faults, crates, operations, references,
};

/// A method of an SDK's client, the crate that the client comes from, and the action it needs.
const OPERATIONS: [(&str, &str, &str); 22] = [
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
    ("get_object", "aws-sdk-s3", "s3:GetObject"),
    ("head_object", "aws-sdk-s3", "s3:GetObject"),
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
/// Methods of a client that call nothing.
const NO_OPERATIONS: [&str; 2] = ["clone", "config"];

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

/// The actions that a function's code calls.
fn used(function: Function) -> BTreeSet<&'static str> {
    let mut crates = crates().iter();
    let Some(krate) = crates.find(|krate| krate.name == function.binary()) else {
        return BTreeSet::new();
    };
    let reachable = operations(krate);
    let rows = OPERATIONS.iter().filter(|(operation, sdk, _)| {
        // Who has no client of a service cannot call it, whatever a library could do with one.
        reachable.contains(*operation) && krate.depends_on(sdk)
    });
    rows.map(|(_, _, action)| *action).collect()
}

#[test]
fn the_actions_that_a_functions_code_calls_are_the_ones_that_it_is_granted() {
    let exceptions = Exceptions::new(GRANTED_WITHOUT_A_CALL);
    let mut faults = Vec::new();
    for function in Template::read().functions() {
        let used = used(function);
        let grants = function
            .grants()
            .into_iter()
            .filter(|grant| grant.effect == "Allow");
        let granted: BTreeSet<String> = grants.flat_map(|grant| grant.actions).collect();
        let missing = used.iter().filter(|action| !granted.contains(**action));
        faults.extend(missing.map(|action| {
            let why = format!("its code needs {action}, which it is not granted");
            function.resource.fault(&why)
        }));
        let unused = granted.iter().filter(|action| {
            let name = format!("{} {action}", function.resource.id);
            !used.contains(action.as_str()) && !exceptions.allow(&name)
        });
        faults.extend(unused.map(|action| {
            let why = format!("it is granted {action}, which its code never calls");
            function.resource.fault(&why)
        }));
    }
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
}

#[test]
fn every_operation_in_the_code_has_a_known_action() {
    let functions = crates().iter().filter(|krate| krate.is_function());
    let called: BTreeSet<String> = functions.flat_map(operations).collect();
    let known: Vec<&str> = OPERATIONS
        .iter()
        .map(|(operation, _, _)| *operation)
        .chain(NO_OPERATIONS)
        .collect();
    let unknown = called.iter().filter(|name| !known.contains(&name.as_str()));
    assert_no_faults(unknown.map(|name| {
        format!(
            "crates/stack-contract/tests/permissions.rs: OPERATIONS: which action does \
             client.{name}() need?"
        )
    }));
}

#[test]
fn a_function_may_use_what_its_variables_name_and_nothing_else() {
    let exceptions = Exceptions::new(GRANTED_WITHOUT_A_VARIABLE);
    let mut faults = Vec::new();
    for function in Template::read().functions() {
        let named: BTreeSet<String> = function
            .variables()
            .into_values()
            .flat_map(references)
            .filter(|id| Template::read().has_resource(id))
            .collect();
        let grants = function.grants().into_iter();
        let granted: BTreeSet<String> = grants
            .flat_map(|grant| references(&grant.body["Resource"]))
            .collect();
        faults.extend(named.difference(&granted).map(|id| {
            let why = format!("its variables name {id}, which it may not use");
            function.resource.fault(&why)
        }));
        let unnamed = granted
            .difference(&named)
            .filter(|id| !exceptions.allow(&format!("{} {id}", function.resource.id)));
        faults.extend(unnamed.map(|id| {
            let why = format!("it may use {id}, which no variable names");
            function.resource.fault(&why)
        }));
    }
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
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
