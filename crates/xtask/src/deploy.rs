//! `sam deploy` of the built template to the emulator.

use crate::cloudformation::CloudFormation;
use crate::console::Step;
use crate::problem::Problem;
use crate::stack_home::StackHome;
use crate::toolchain::Toolchain;
use crate::{build, emulator};
use anyhow::{Context, Result, bail, ensure};
use local_stack::Aws;
use saphyr::{LoadableYamlNode, Yaml};
use std::collections::BTreeMap;

/// The stack's name, as `samconfig.toml` has it for the local stack.
pub const STACK_NAME: &str = "b2b-local";

/// The emulator's region, as `samconfig.toml` has it for the local stack.
pub const REGION: &str = "us-east-1";

/// The template's parameters by name.
pub type Parameters = BTreeMap<String, String>;

/// Deploys; a stack that stands already is updated, and one that needs no change is left alone.
/// Answers the value of every parameter.
pub fn deploy(
    home: &StackHome,
    toolchain: &Toolchain,
    port: u16,
    overrides: &Parameters,
) -> Result<Parameters> {
    let endpoint_url = emulator::endpoint_url(port);
    let stacks = CloudFormation::new(Aws::new(&endpoint_url, REGION));
    let parameters = parameters(overrides)?;
    write_parameters(home, &parameters)?;
    let step = Step::begin("Deploying the template to the emulator.");
    let log = home.log("sam-deploy");
    let status = build::tool(toolchain, "sam")
        .called("sam deploy")
        .args(["deploy", "--config-env", "local", "--parameter-overrides"])
        .args([format!("file://{}", home.parameters().display())])
        .without(["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"])
        .envs(client_environment(&endpoint_url))
        .status(&step, &log)?;
    if !status.success() {
        let failures = stacks.failures(STACK_NAME).unwrap_or_default();
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
    Ok(parameters)
}

/// What makes an AWS client talk to the emulator, whatever this user's AWS configuration says.
pub fn client_environment(endpoint_url: &str) -> [(&'static str, &str); 7] {
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

/// Every parameter is passed, also those with their default: an update would otherwise keep what
/// an earlier deployment had.
fn parameters(overrides: &Parameters) -> Result<Parameters> {
    let template = build::built_template();
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
    fn defaults_are_texts_whatever_their_type() {
        let template =
            "Parameters:\n  A: {Type: Number, Default: 5}\n  B: {Type: String, Default: ''}\n";
        let defaults = defaults(template).unwrap();
        assert_eq!(defaults["A"], "5");
        assert_eq!(defaults["B"], "");
    }
}
