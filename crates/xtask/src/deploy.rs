//! `sam deploy` of the built template to the emulator.

use crate::cloudformation::CloudFormation;
use crate::console::Step;
use crate::problem::Problem;
use crate::stack_home::{StackHome, project_root};
use crate::toolchain::Toolchain;
use crate::{build, emulator};
use anyhow::{Context, Result, bail, ensure};
use local_stack::Aws;
use saphyr::{LoadableYamlNode, Yaml};
use std::collections::BTreeMap;
use std::path::Path;

/// The stack's name, as `samconfig.toml` has it for the local stack.
pub const STACK_NAME: &str = "b2b-local";

/// The emulator's region, as `samconfig.toml` has it for the local stack.
pub const REGION: &str = "us-east-1";

/// The template's parameters by name.
pub type Parameters = BTreeMap<String, String>;

/// Deploys what was built; a stack that stands already is updated, and one that needs no change
/// is left alone.
pub fn deploy(
    home: &StackHome,
    toolchain: &Toolchain,
    port: u16,
    parameters: &Parameters,
) -> Result<()> {
    let endpoint_url = emulator::endpoint_url(port);
    let stacks = CloudFormation::new(Aws::new(&endpoint_url, REGION));
    write_parameters(home, parameters)?;
    // There is no stack before the first deployment, and so no event.
    let earlier = stacks.event_ids(STACK_NAME).unwrap_or_default();
    let step = Step::begin("Deploying the template to the emulator.");
    let log = home.log("sam-deploy");
    let status = build::tool(toolchain, "sam")
        .called("sam deploy")
        .args(["deploy", "--config-env", "local"])
        // SAM looks for its configuration beside the template.
        .args([Path::new("--config-file"), &project_root().join("samconfig.toml")])
        .args([Path::new("--template-file"), &build::built_template()])
        .args(["--parameter-overrides"])
        .args([format!("file://{}", home.parameters().display())])
        .envs(client_environment(&endpoint_url))
        // Seconds between two looks at the stack.
        .envs([("SAM_CLI_POLL_DELAY", "1")])
        .status(&step, &log)?;
    if !status.success() {
        let failures = stacks.failures(STACK_NAME, &earlier).unwrap_or_default();
        ensure!(!failures.is_empty(), Problem::of_tool("sam deploy", &log));
        bail!(Problem::new(
            format!(
                "The template cannot be deployed.\n  {}",
                failures.join("\n  ")
            ),
            format!(
                "Mend the resource's cause and repeat the command; {} has it all.",
                log.display()
            ),
        ));
    }
    step.end("Deployed the template to the emulator.");
    Ok(())
}

/// What makes an AWS client that has no other AWS variable talk to the emulator.
fn client_environment(endpoint_url: &str) -> [(&'static str, &str); 7] {
    [
        ("AWS_ENDPOINT_URL", endpoint_url),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_REGION", REGION),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ]
}

/// The value of every parameter of the template, also of those with their default: an update
/// would otherwise keep what an earlier deployment had.
pub fn parameters(overrides: &Parameters) -> Result<Parameters> {
    let template = project_root().join("template.yaml");
    let template = std::fs::read_to_string(&template)
        .with_context(|| format!("{} cannot be read.", template.display()))?;
    let mut parameters = defaults(&template)?;
    for (name, value) in overrides {
        let Some(parameter) = parameters.get_mut(name) else {
            let known: Vec<_> = parameters.into_keys().collect();
            bail!(Problem::new(
                format!("The template has no parameter {name}."),
                format!("Choose one of: {}.", known.join(", ")),
            ));
        };
        value.clone_into(parameter);
    }
    Ok(parameters)
}

/// Every parameter of the template with its default.
fn defaults(template: &str) -> Result<Parameters> {
    let documents = Yaml::load_from_str(template).context("The template is not YAML.")?;
    let section = documents
        .first()
        .and_then(|document| document.as_mapping_get("Parameters"))
        .and_then(Yaml::as_mapping)
        .context("The template has no Parameters.")?;
    let default = |(name, parameter): (&Yaml, &Yaml)| {
        let value = parameter.as_mapping_get("Default")?;
        let text = value.as_str().map(str::to_owned);
        let text = text.or_else(|| value.as_integer().map(|number| number.to_string()))?;
        Some((name.as_str()?.to_owned(), text))
    };
    Ok(section.iter().filter_map(default).collect())
}

/// SAM takes parameters with blanks and quotes safely from a YAML file alone; JSON is YAML.
fn write_parameters(home: &StackHome, parameters: &Parameters) -> Result<()> {
    let text = serde_json::to_string_pretty(parameters).context("Strings are JSON.")?;
    let path = home.parameters();
    std::fs::write(&path, text).with_context(|| format!("{} cannot be written.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_the_template_does_not_have_is_refused_with_those_it_has() {
        let overrides = |name: &str| Parameters::from([(name.to_owned(), "x".to_owned())]);
        assert_eq!(
            parameters(&overrides("PartnerId")).unwrap()["PartnerId"],
            "x"
        );
        let refused = parameters(&overrides("Partner")).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "The template has no parameter Partner."
        );
    }

    #[test]
    fn defaults_are_texts_whatever_their_type() {
        let template =
            "Parameters:\n  A: {Type: Number, Default: 5}\n  B: {Type: String, Default: ''}\n";
        let defaults = defaults(template).unwrap();
        assert_eq!(defaults["A"], "5");
        assert_eq!(defaults["B"], "");
    }
}
