//! Functions and the crates that they are built from.

use std::collections::{BTreeMap, BTreeSet};

use lambda_environment::aws::OPERATION_TIMEOUT;
use stack_contract::{
    Crate, Function, Resource, Template, assert_no_faults, crates, references, tasks, texts,
    variables,
};

/// What the Lambda service sets by itself.
const SET_BY_LAMBDA: &str = "AWS_LAMBDA_";
/// The longest that API Gateway waits for an answer, in seconds.
const API_GATEWAY_WAITS: u64 = 29;

fn function_crates() -> impl Iterator<Item = &'static Crate> {
    crates().iter().filter(|krate| krate.is_function())
}

fn in_pascal_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect()
}

#[test]
fn every_function_crate_is_one_function_of_the_template() {
    let binaries: Vec<&str> = Template::read().functions().map(Function::binary).collect();
    let unused = function_crates().filter_map(|krate| {
        let uses = binaries
            .iter()
            .filter(|binary| **binary == krate.name)
            .count();
        let why = format!("it is the Binary of {uses} functions of template.yaml instead of one");
        (uses != 1).then(|| krate.fault("Cargo.toml", &why))
    });
    let unknown = Template::read().functions().filter_map(|function| {
        let is_known = function_crates().any(|krate| krate.name == function.binary());
        let why = "its Binary is no crate with a main.rs on lambda_runtime";
        function.resource.unless(is_known, why)
    });
    assert_no_faults(unused.chain(unknown));
}

#[test]
fn a_function_is_named_after_its_crate() {
    assert_no_faults(Template::read().functions().filter_map(|function| {
        let expected = in_pascal_case(function.binary()) + "Function";
        let why = format!(
            "its Binary {} asks for the logical id {expected}",
            function.binary()
        );
        function
            .resource
            .unless(function.resource.id == expected, &why)
    }));
}

#[test]
fn a_function_is_built_by_cargo_lambda_from_the_workspace() {
    assert_no_faults(Template::read().functions().filter_map(|function| {
        let fits = function.resource.attribute("Metadata")["BuildMethod"] == "rust-cargolambda"
            && function.setting("CodeUri") == "."
            && function.setting("Handler") == "bootstrap"
            && function.setting("Runtime") == "provided.al2023"
            && texts(function.setting("Architectures")) == ["${Architecture}"];
        let why = "BuildMethod rust-cargolambda, CodeUri ., Handler bootstrap, Runtime \
                   provided.al2023 and the parameter's Architecture belong together";
        function.resource.unless(fits, why)
    }));
}

#[test]
fn a_function_is_traced() {
    assert_no_faults(Template::read().functions().filter_map(|function| {
        function.resource.unless(
            function.setting("Tracing") == "Active",
            "Tracing is to be Active",
        )
    }));
}

#[test]
fn the_variables_that_the_code_reads_are_the_ones_that_the_template_sets() {
    let read: BTreeMap<&str, BTreeSet<String>> = function_crates()
        .map(|krate| (krate.name.as_str(), variables(krate)))
        .collect();
    assert_no_faults(Template::read().functions().filter_map(|function| {
        let mut read = read.get(function.binary())?.clone();
        read.retain(|name| !name.starts_with(SET_BY_LAMBDA));
        let set: BTreeSet<String> = function
            .variables()
            .into_keys()
            .map(str::to_owned)
            .collect();
        let why = format!("its code reads {read:?}, its Environment sets {set:?}");
        function.resource.unless(read == set, &why)
    }));
}

#[test]
fn every_function_can_be_pointed_at_the_local_stack() {
    let template = Template::read();
    assert_no_faults(template.functions().filter_map(|function| {
        let globals = &function.globals()["Environment"]["Variables"]["AWS_ENDPOINT_URL"];
        let fits = globals["Fn::If"][0] == "HasEndpointUrl" && texts(globals) == ["${EndpointUrl}"];
        let why = "Globals is to set AWS_ENDPOINT_URL to EndpointUrl where that is not empty, \
                   and else not at all";
        function.resource.unless(fits, why)
    }));
}

#[test]
fn every_function_has_a_log_group_of_its_own() {
    let template = Template::read();
    assert_no_faults(template.functions().filter_map(|function| {
        let id = function.resource.id;
        let expected = id.strip_suffix("Function").unwrap_or(id).to_owned() + "LogGroup";
        let group = references(function.resource.property("LoggingConfig/LogGroup")).pop_first();
        let why = format!(
            "its LoggingConfig is to name {expected}: the group that Lambda makes forgets nothing"
        );
        function.resource.unless(group == Some(expected), &why)
    }));
}

#[test]
fn every_log_group_forgets() {
    let groups = Template::read().of_type("AWS::Logs::LogGroup");
    assert_no_faults(groups.filter_map(|group| {
        let fits = texts(group.property("RetentionInDays")) == ["${LogRetentionDays}"];
        group.unless(
            fits,
            "RetentionInDays is to be the parameter LogRetentionDays",
        )
    }));
}

#[test]
fn a_function_ends_before_its_caller_gives_up() {
    let template = Template::read();
    let permitted = |principal: &str, id: &str| {
        let mut permissions = template.of_type("AWS::Lambda::Permission");
        permissions.any(|permission| {
            permission.property("Principal") == principal
                && references(permission.property("FunctionName")).contains(id)
        })
    };
    let custom_resource = |id: &str| {
        let mut resources = template.resources();
        let found =
            resources.find(|resource| references(resource.property("ServiceToken")).contains(id));
        found.map(service_timeout)
    };
    assert_no_faults(template.functions().filter_map(|function| {
        let id = function.resource.id;
        let api = permitted("apigateway.amazonaws.com", id).then_some(API_GATEWAY_WAITS);
        let limit = api.or(custom_resource(id)).unwrap_or(901);
        let timeout = function.timeout();
        let why =
            format!("its Timeout is {timeout}, and its caller gives up after {limit} seconds");
        function
            .resource
            .unless((1..limit).contains(&timeout), &why)
    }));
}

#[test]
fn a_call_fails_before_its_function_times_out() {
    let least = OPERATION_TIMEOUT.as_secs() + 2;
    assert_no_faults(Template::read().functions().filter_map(|function| {
        let why =
            format!("its Timeout is to be {least} at least: a call may take OPERATION_TIMEOUT");
        let fits = function.timeout() >= least;
        function.resource.unless(fits, &why)
    }));
}

#[test]
fn the_deployment_does_not_wait_for_the_first_partner_for_an_hour() {
    let partner = Template::read().resource("FirstPartner");
    assert_eq!(partner.kind(), "Custom::Partner");
    assert_eq!(
        service_timeout(partner),
        60,
        "template.yaml: FirstPartner: ServiceTimeout"
    );
}

/// The seconds that CloudFormation waits for a custom resource.
fn service_timeout(resource: Resource) -> u64 {
    resource.property("ServiceTimeout").as_u64().unwrap_or(3600)
}

#[test]
fn a_workflow_waits_longer_than_the_function_that_it_calls_may_take() {
    let template = Template::read();
    let machines = || template.of_type("AWS::Serverless::StateMachine");
    assert_no_faults(
        tasks()
            .filter(|task| !task.waits_for_a_token())
            .filter_map(|task| {
                let uri = task.workflow.file.as_str();
                let machine =
                    machines().find(|machine| machine.property("DefinitionUri") == uri)?;
                let substitutions = machine.property("DefinitionSubstitutions");
                let names = task.substitutions().into_iter();
                let called = names.flat_map(|name| references(&substitutions[name.as_str()]));
                let functions = called.filter_map(|id| template.function(&id));
                let timeout = functions.map(Function::timeout).max()?;
                let waits = task.body["TimeoutSeconds"].as_u64()?;
                let why =
                    format!("TimeoutSeconds {waits} ends before the function's Timeout {timeout}");
                task.unless(waits > timeout, &why)
            }),
    );
}
