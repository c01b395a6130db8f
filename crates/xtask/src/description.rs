//! What a deployed stack tells its clients: `stack.json`, and `env.json` for SAM.

use crate::cloudformation::CloudFormation;
use crate::deploy::{Parameters, REGION, STACK_NAME};
use crate::emulator;
use crate::ports::Ports;
use crate::stack_home::StackHome;
use anyhow::{Context, Result};
use local_stack::{Aws, Service, StackFile};
use serde_json::{Map, Value, json};

/// Writes both files and answers the first.
pub fn write(home: &StackHome, ports: Ports, parameters: &Parameters) -> Result<StackFile> {
    let endpoint_url = emulator::endpoint_url(ports.gateway);
    let aws = Aws::new(&endpoint_url, REGION);
    let stacks = CloudFormation::new(aws.clone());
    let mut outputs = stacks.outputs(STACK_NAME)?;
    if let Some(url) = outputs.get_mut("ApiUrl") {
        *url = callable_url(url, &endpoint_url).unwrap_or_else(|| url.clone());
    }
    let api_token = match outputs.get("PartnerTokenSecretArn") {
        Some(arn) => secret(&aws, arn)?,
        None => String::new(),
    };
    write_function_environments(home, &aws, &stacks, &endpoint_url)?;
    let stack = StackFile {
        endpoint_url,
        region: REGION.to_owned(),
        sftp_host: "127.0.0.1".to_owned(),
        sftp_port: ports.sftp,
        sftp_user: parameters.get("PartnerId").cloned().unwrap_or_default(),
        sftp_private_key: home.private_key(),
        api_token,
        outputs,
    };
    // Last: the file stands while the stack is usable.
    stack.save(&home.stack_file())?;
    Ok(stack)
}

/// `https://ID.execute-api.REGION.amazonaws.com/STAGE` in the emulator's own form, which needs
/// no name resolution.
fn callable_url(url: &str, endpoint_url: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let (api_id, _) = host.split_once(".execute-api.")?;
    Some(format!("{endpoint_url}/_aws/execute-api/{api_id}/{path}"))
}

fn secret(aws: &Aws, arn: &str) -> Result<String> {
    let secret = aws.call(
        Service::SecretsManager,
        "GetSecretValue",
        &json!({"SecretId": arn}),
    )?;
    let value = secret["SecretString"].as_str();
    Ok(value
        .context("The bearer token's secret has no value.")?
        .to_owned())
}

/// Every function's variables by its logical id, and how a process of this machine reaches the
/// emulator.
fn write_function_environments(
    home: &StackHome,
    aws: &Aws,
    stacks: &CloudFormation,
    endpoint_url: &str,
) -> Result<()> {
    let mut functions = Map::new();
    for resource in stacks.resources(STACK_NAME)? {
        if resource.kind != "AWS::Lambda::Function" {
            continue;
        }
        let configuration = aws.function_configuration(&resource.physical_id)?;
        let mut variables = match &configuration["Environment"]["Variables"] {
            Value::Object(variables) => variables.clone(),
            _ => Map::new(),
        };
        variables.insert("AWS_ENDPOINT_URL".into(), endpoint_url.into());
        variables.insert("AWS_REGION".into(), REGION.into());
        variables.insert("AWS_ACCESS_KEY_ID".into(), "test".into());
        variables.insert("AWS_SECRET_ACCESS_KEY".into(), "test".into());
        functions.insert(resource.logical_id, variables.into());
    }
    let text = serde_json::to_vec_pretty(&functions).context("Strings are JSON.")?;
    let path = home.function_environments();
    std::fs::write(&path, text).with_context(|| format!("{} cannot be written.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::callable_url;

    #[test]
    fn the_api_is_called_through_the_emulator() {
        let url = "https://ab12.execute-api.us-east-1.amazonaws.com/v1";
        assert_eq!(
            callable_url(url, "http://127.0.0.1:4566").unwrap(),
            "http://127.0.0.1:4566/_aws/execute-api/ab12/v1"
        );
    }

    #[test]
    fn another_url_is_left_alone() {
        assert_eq!(
            callable_url("https://api.example.com/v1", "http://127.0.0.1:1"),
            None
        );
    }
}
