//! The validators of the template and of the workflows.

use crate::build;
use crate::console::Step;
use crate::stack_home::{project_root, shared_directory};
use crate::toolchain::Toolchain;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The pinned npm packages of asl-validator, which reads a state machine as Workflow Studio does.
const PACKAGE: &str = "crates/xtask/asl-validator";

/// What stands for every substitution: a name that is good in every place where one stands.
const SUBSTITUTE: &str = "arn:aws:lambda:us-east-1:123456789012:function:substitute";

/// SAM's own validation, cfn-lint with its serverless rules, checkov, and asl-validator for each
/// workflow.
pub fn validate() -> Result<()> {
    let toolchain = Toolchain::for_the_stack()?;
    let step = Step::begin("Validating the template with SAM.");
    build::tool(&toolchain, "sam")
        .called("sam validate")
        .args(["validate", "--lint", "--region", "us-east-1"])
        .run(&step, &shared_directory().join("sam-validate.log"))?;
    step.end("The template is valid for SAM.");
    let linters = Toolchain::for_the_linters()?;
    lint(&linters)?;
    validate_workflows(&linters)
}

/// cfn-lint with the serverless rules, and checkov with the exceptions of `.checkov.yaml`.
fn lint(linters: &Toolchain) -> Result<()> {
    let step = Step::begin("Linting the template with cfn-lint and checkov.");
    build::tool(linters, "cfn-lint")
        .args(["--append-rules", "cfn_lint_serverless.rules"])
        .args(["--template", "template.yaml"])
        .run(&step, &shared_directory().join("cfn-lint.log"))?;
    build::tool(linters, "checkov")
        .args(["--config-file", ".checkov.yaml"])
        .run(&step, &shared_directory().join("checkov.log"))?;
    step.end("cfn-lint and checkov find nothing in the template.");
    Ok(())
}

fn validate_workflows(linters: &Toolchain) -> Result<()> {
    let validator = asl_validator(linters)?;
    let step = Step::begin("Validating the workflows with asl-validator.");
    let directory = shared_directory().join("statemachine");
    std::fs::create_dir_all(&directory).context("The workflows cannot be copied.")?;
    let mut tool = build::tool(linters, "node")
        .called("asl-validator")
        .args([&validator]);
    for workflow in workflows()? {
        let definition = std::fs::read_to_string(&workflow)
            .with_context(|| format!("{} cannot be read.", workflow.display()))?;
        let copy = directory.join(workflow.file_name().unwrap_or_default());
        std::fs::write(&copy, substitute(&definition))
            .with_context(|| format!("{} cannot be written.", copy.display()))?;
        tool = tool.args([Path::new("--json-path"), &copy]);
    }
    tool.run(&step, &shared_directory().join("asl-validator.log"))?;
    step.end("The workflows are valid for asl-validator.");
    Ok(())
}

/// The validator's program, installed below `.local/` unless it stands there in this version.
fn asl_validator(linters: &Toolchain) -> Result<PathBuf> {
    let directory = shared_directory().join("asl-validator");
    let program = directory.join("node_modules/asl-validator/dist/bin/asl-validator.js");
    let pinned = project_root().join(PACKAGE);
    let lock = "package-lock.json";
    // npm writes its own lock file last.
    let is_installed = directory.join("node_modules/.package-lock.json").exists()
        && std::fs::read(pinned.join(lock)).ok() == std::fs::read(directory.join(lock)).ok();
    if is_installed {
        return Ok(program);
    }
    let step = Step::begin("Installing asl-validator.");
    std::fs::create_dir_all(&directory).context("asl-validator has no directory.")?;
    for file in ["package.json", lock] {
        std::fs::copy(pinned.join(file), directory.join(file))
            .with_context(|| format!("{PACKAGE}/{file} cannot be copied."))?;
    }
    build::tool(linters, "npm")
        .called("npm ci")
        .args(["ci", "--no-audit", "--no-fund", "--prefix"])
        .args([&directory])
        .run(&step, &shared_directory().join("npm.log"))?;
    step.end("Installed asl-validator.");
    Ok(program)
}

fn workflows() -> Result<Vec<PathBuf>> {
    let directory = project_root().join("statemachine");
    let entries = std::fs::read_dir(&directory)
        .with_context(|| format!("{} cannot be read.", directory.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut workflows: Vec<_> = paths
        .filter(|path| path.to_string_lossy().ends_with(".asl.json"))
        .collect();
    workflows.sort();
    Ok(workflows)
}

/// Every `${Name}` of the template's substitutions, replaced.
fn substitute(definition: &str) -> String {
    let mut parts = definition.split("${");
    let mut substituted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        substituted.push_str(SUBSTITUTE);
        substituted.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    substituted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_substitution_is_replaced() {
        let substituted = substitute(r#"{"Resource": "${Format}", "TableName": "${Table}"}"#);
        let value: serde_json::Value = serde_json::from_str(&substituted).unwrap();
        assert_eq!(value["Resource"], SUBSTITUTE);
        assert_eq!(value["TableName"], SUBSTITUTE);
    }
}
