//! What an operator gives to the stack, and what the stack tells of itself.

use regex_lite::Regex;
use serde_json::{Map, Value, json};
use stack_contract::{Template, assert_no_faults, references, texts};

/// Outputs of later parts: each moves to [`OUTPUTS`] when its part appears.
const OUTPUTS_TO_COME: [&str; 1] = ["DashboardUrl"];
/// Each output with the type of what it tells of.
const OUTPUTS: [(&str, &str); 26] = [
    ("SftpEndpoint", "AWS::Transfer::Server"),
    ("UploadsBucketName", "AWS::S3::Bucket"),
    ("UploadsTableName", "AWS::DynamoDB::Table"),
    ("ApiUrl", "AWS::Serverless::Api"),
    ("PartnerTokenSecretArn", "AWS::SecretsManager::Secret"),
    ("TransactionQueueUrl", "AWS::SQS::Queue"),
    ("TransactionDeadLetterQueueUrl", "AWS::SQS::Queue"),
    ("TransactionWorkflowArn", "AWS::Serverless::StateMachine"),
    ("TransactionsTableName", "AWS::DynamoDB::Table"),
    ("PartnersTableName", "AWS::DynamoDB::Table"),
    ("RejectionsTableName", "AWS::DynamoDB::Table"),
    ("EventBusName", "AWS::Events::EventBus"),
    ("OrderWorkflowArn", "AWS::Serverless::StateMachine"),
    ("OrdersTableName", "AWS::DynamoDB::Table"),
    ("CallbackTasksTableName", "AWS::DynamoDB::Table"),
    ("ShippingTopicArn", "AWS::SNS::Topic"),
    ("AsyncApiWorkflowArn", "AWS::Serverless::StateMachine"),
    ("AsyncApiSimulatorArn", "AWS::Serverless::StateMachine"),
    ("NotificationTopicArn", "AWS::SNS::Topic"),
    ("AccountOpeningWorkflowArn", "AWS::Serverless::StateMachine"),
    ("ThirdPartyWorkflowArn", "AWS::Serverless::StateMachine"),
    // Beyond the contract's list: where consumers of events subscribe, and where operators look.
    ("AccountsTableName", "AWS::DynamoDB::Table"),
    ("CustomerServiceTopicArn", "AWS::SNS::Topic"),
    ("EventTopicArn", "AWS::SNS::Topic"),
    ("EventQueueUrl", "AWS::SQS::Queue"),
    ("EventDeadLetterQueueUrl", "AWS::SQS::Queue"),
];
/// Each parameter with its default and, where not every text is good, its values.
fn parameters() -> [(&'static str, Value, Value); 18] {
    let any = Value::Null;
    let days = json!([
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731
    ]);
    [
        ("SshPublicKeyParameter", json!(""), any.clone()),
        ("PartnerId", json!("acme"), any.clone()),
        ("PartnerEmail", json!("orders@acme.example"), any.clone()),
        ("SftpServer", json!("true"), json!(["true", "false"])),
        ("UploadEvents", json!("S3"), json!(["S3", "CloudTrail"])),
        (
            "TransactionWorkflowType",
            json!("STANDARD"),
            json!(["STANDARD", "EXPRESS"]),
        ),
        ("TriggerConcurrency", json!(5), any.clone()),
        ("EnrichmentUrl", json!(""), any.clone()),
        ("ThirdPartyEndpoint", json!(""), any.clone()),
        ("ThirdPartyAccount", json!(""), any.clone()),
        ("ThirdPartySecretArn", json!(""), any.clone()),
        ("CallbackTimeoutSeconds", json!(86400), any.clone()),
        ("CallbackHeartbeatSeconds", json!(86399), any.clone()),
        ("AsyncApiTimeoutSeconds", json!(300), any.clone()),
        ("EndpointUrl", json!(""), any.clone()),
        ("Architecture", json!("arm64"), json!(["arm64", "x86_64"])),
        ("LogRetentionDays", json!(30), days),
        ("AlarmEmail", json!(""), any),
    ]
}

/// Entries of a section that the tables above do not know, or know as still to come.
fn foreign(section: &Map<String, Value>, known: &[&str], to_come: &[&str]) -> Vec<String> {
    let names = section.keys().map(String::as_str);
    let foreign = names.filter(|name| !known.contains(name));
    let faults = foreign.map(|name| {
        let why = if to_come.contains(&name) {
            "it has come: it belongs into this test's other table"
        } else {
            "the contract knows no such name"
        };
        format!("template.yaml: {name}: {why}")
    });
    faults.collect()
}

#[test]
fn the_parameters_are_those_of_the_contract() {
    let section = Template::read().section("Parameters");
    let missing = parameters()
        .into_iter()
        .filter_map(|(name, default, values)| {
            let found = section.get(name).unwrap_or(&Value::Null);
            let fits = found["Default"] == default && found["AllowedValues"] == values;
            let why = format!(
                "template.yaml: {name}: it is to be a parameter with Default {default} and \
             AllowedValues {values}"
            );
            (!fits).then_some(why)
        });
    let known = parameters().map(|(name, _, _)| name);
    let foreign = foreign(section, &known, &[]);
    assert_no_faults(missing.chain(foreign));
}

#[test]
fn the_shortest_wait_for_a_callback_leaves_a_second_for_a_sign_of_life() {
    let timeout = &Template::read().section("Parameters")["CallbackTimeoutSeconds"];
    assert_eq!(
        timeout["MinValue"], 2,
        "template.yaml: CallbackTimeoutSeconds: HeartbeatSeconds is smaller, and at least 1"
    );
}

#[test]
fn a_partner_id_has_the_form_that_all_parts_agree_on() {
    let pattern = &Template::read().section("Parameters")["PartnerId"]["AllowedPattern"];
    assert_eq!(
        pattern, "[a-z0-9][a-z0-9-]{2,63}",
        "template.yaml: PartnerId: 3 to 64 of a-z 0-9 -"
    );
}

#[test]
fn a_public_key_is_whole_or_left_out() {
    let pattern =
        &Template::read().section("Parameters")["SshPublicKeyParameter"]["AllowedPattern"];
    // CloudFormation matches the whole value.
    let pattern = format!("^(?:{})$", pattern.as_str().unwrap_or_default());
    let pattern = Regex::new(&pattern).expect("template.yaml: a valid AllowedPattern");
    let body = "A".repeat(68);
    for key in [
        String::new(),
        format!("ssh-ed25519 {body}"),
        format!("ssh-rsa {body}== orders@acme.example"),
        format!("ecdsa-sha2-nistp256 {body}= a comment of several words"),
    ] {
        assert!(pattern.is_match(&key), "template.yaml refuses {key:?}");
    }
    for key in [
        "ssh-ed25519".to_owned(),
        "ssh-ed25519 ".to_owned(),
        "ssh-ed25519 AAAAC3Nza".to_owned(),
        body.clone(),
        format!("ssh-dss {body}"),
        format!("\"ssh-ed25519 {body}\""),
    ] {
        assert!(!pattern.is_match(&key), "template.yaml takes {key:?}");
    }
}

#[test]
fn every_parameter_is_explained_and_shown_in_a_group() {
    let template = Template::read();
    let groups = &template.section("Metadata")["AWS::CloudFormation::Interface"]["ParameterGroups"];
    let grouped = groups
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|group| group["Parameters"].as_array().into_iter().flatten());
    let grouped: Vec<&str> = grouped.filter_map(Value::as_str).collect();
    assert_no_faults(
        template
            .section("Parameters")
            .iter()
            .filter_map(|(name, parameter)| {
                let fits = grouped.contains(&name.as_str()) && parameter["Description"].is_string();
                let why = "it needs a Description and a place in ParameterGroups";
                (!fits).then(|| format!("template.yaml: {name}: {why}"))
            }),
    );
}

#[test]
fn the_outputs_are_those_of_the_contract() {
    let template = Template::read();
    let section = template.section("Outputs");
    let missing = OUTPUTS.into_iter().filter_map(|(name, kind)| {
        let value = section.get(name).map(|output| &output["Value"]);
        let told = value.map(references).unwrap_or_default();
        let fits = !told.is_empty() && told.iter().all(|id| template.resource(id).kind() == kind);
        (!fits).then(|| {
            format!("template.yaml: {name}: it is to be an output that tells of an {kind}")
        })
    });
    let known = OUTPUTS.map(|(name, _)| name);
    let foreign = foreign(section, &known, &OUTPUTS_TO_COME);
    assert_no_faults(missing.chain(foreign));
}

#[test]
fn the_apis_url_ends_in_its_stage() {
    let url = texts(&Template::read().section("Outputs")["ApiUrl"]["Value"]);
    assert!(
        url.iter().all(|url| url.ends_with("/v1")),
        "template.yaml: ApiUrl: {url:?}"
    );
}

#[test]
fn the_output_of_the_workflow_follows_the_parameter_as_the_trigger_does() {
    let template = Template::read();
    let output = &template.section("Outputs")["TransactionWorkflowArn"]["Value"];
    let trigger = template.resource("StepFunctionsTriggerFunction");
    let started = trigger.property("Environment/Variables/UPLOAD_WORKFLOW_ARN");
    assert_eq!(
        output, started,
        "template.yaml: the output and the trigger are to name the same workflow"
    );
    assert_eq!(
        texts(output),
        [
            "${ExpressTransactionWorkflow}",
            "${StandardTransactionWorkflow}"
        ]
    );
}
