//! Several stacks can stand side by side, in any account and region. The template and the API
//! documents name no partition; the workflows do: their integrations begin with `arn:aws:states:::`.

use regex_lite::Regex;
use stack_contract::{Exceptions, Template, assert_no_faults, text_file, texts};

/// Properties that give a resource a name of its own.
const NAMES: [&str; 15] = [
    "AlarmName",
    "ArchiveName",
    "BucketName",
    "DashboardName",
    "FunctionName",
    "GroupName",
    "LogGroupName",
    "ManagedPolicyName",
    "Name",
    "QueueName",
    "RoleName",
    "TableName",
    "TopicName",
    "TrailName",
    "UserName",
];
const VENDED_LOGS: &str =
    "only below /aws/vendedlogs/ does the account's resource policy for logs stay short";
const NAMED: &[(&str, &str)] = &[
    ("AccountOpeningWorkflowLogGroup.LogGroupName", VENDED_LOGS),
    (
        "AsyncApiSimulatorWorkflowLogGroup.LogGroupName",
        VENDED_LOGS,
    ),
    ("AsyncApiWorkflowLogGroup.LogGroupName", VENDED_LOGS),
    ("OrderWorkflowLogGroup.LogGroupName", VENDED_LOGS),
    ("ThirdPartyWorkflowLogGroup.LogGroupName", VENDED_LOGS),
    ("EventBus.Name", "the type requires a name"),
    ("SftpLogGroup.LogGroupName", VENDED_LOGS),
    (
        "SftpUser.UserName",
        "the type requires a name; a server has its own users",
    ),
    ("TransactionWorkflowLogGroup.LogGroupName", VENDED_LOGS),
];

#[test]
fn no_resource_has_a_name_of_its_own() {
    let exceptions = Exceptions::new(NAMED);
    // The name of a permission's function is a reference.
    let resources = Template::read()
        .resources()
        .filter(|resource| resource.kind() != "AWS::Lambda::Permission");
    let faults: Vec<String> = resources
        .flat_map(|resource| {
            let named = NAMES
                .iter()
                .filter(|name| !resource.property(name).is_null());
            let fixed = named.filter(|name| {
                let differs = texts(resource.property(name))
                    .iter()
                    .all(|text| text.contains("${"));
                !exceptions.allow(&format!("{}.{name}", resource.id)) || !differs
            });
            let why = |name| format!("its {name} keeps a second stack out of the account");
            fixed
                .map(|name| resource.fault(&why(name)))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_no_faults(faults.into_iter().chain(exceptions.unused()));
}

#[test]
fn no_output_is_exported() {
    let outputs = Template::read().section("Outputs").iter();
    let exported = outputs.filter(|(_, output)| !output["Export"].is_null());
    assert_no_faults(
        exported.map(|(name, _)| format!("template.yaml: {name}: an export is one per account")),
    );
}

#[test]
fn no_account_region_or_partition_is_written_down() {
    let patterns = [
        (r"\b\d{12}\b", "an account; ${AWS::AccountId} stands for it"),
        (
            r"\b(af|ap|ca|cn|eu|il|me|mx|sa|us)(-gov)?-(north|south|east|west|central)[a-z]*-\d\b",
            "a region; ${AWS::Region} stands for it",
        ),
        (
            r"\barn:aws[a-z-]*:",
            "a partition; ${AWS::Partition} stands for it",
        ),
        (
            r"\.amazonaws\.com[/:]",
            "a partition's domain; ${AWS::URLSuffix} stands for it",
        ),
    ];
    let mut faults = Vec::new();
    for file in ["template.yaml", "openapi.yaml", "partner-directory.yaml"] {
        let text = text_file(file);
        for (pattern, what) in patterns {
            let pattern = Regex::new(pattern).expect("a valid pattern");
            let found = pattern.find_iter(&text).map(|found| found.as_str());
            faults.extend(found.map(|found| format!("{file}: {found} is {what}")));
        }
    }
    assert_no_faults(faults);
}

#[test]
fn a_deployment_asks_for_no_named_roles() {
    let config: toml::Table = text_file("samconfig.toml")
        .parse()
        .expect("samconfig.toml is TOML");
    let environments = config
        .iter()
        .filter(|(_, environment)| environment.is_table());
    assert_no_faults(environments.filter_map(|(name, environment)| {
        let parameters = &environment["deploy"]["parameters"];
        let fits = parameters.get("capabilities").and_then(toml::Value::as_str);
        (fits != Some("CAPABILITY_IAM"))
            .then(|| format!("samconfig.toml: {name}: capabilities is to be CAPABILITY_IAM"))
    }));
}
