"""The SAM CLI, unchanged, builds and deploys an application with files of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import Emulator, wait_until
from machines import Machines

TEMPLATE = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters: {Greeting: {Type: String, Default: hello}}
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: greeter
      Environment: {Variables: {GREETING: !Ref Greeting}}
  Workflow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: workflow.asl.json
      DefinitionSubstitutions: {Greeter: !GetAtt Greeter.Arn}
      Policies: [LambdaInvokePolicy: {FunctionName: !Ref Greeter}]
  Token:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {PasswordLength: 40, ExcludePunctuation: true}}
Outputs:
  Workflow: {Value: !Ref Workflow}
  Token: {Value: !Ref Token}
"""
WORKFLOW = """{"StartAt": "Greet", "States": {"Greet": {
  "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
  "Parameters": {"FunctionName": "${Greeter}", "Payload.$": "$"}, "OutputPath": "$.Payload", "End": true}}}"""
HANDLER = """
import os

def handler(event, context):
    return os.environ["GREETING"] + " " + event["name"]
"""


def test_sam_builds_and_deploys_and_updates(emulator: Emulator, machines: Machines, tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "workflow.asl.json").write_text(WORKFLOW)
    (tmp_path / "greeter").mkdir()
    (tmp_path / "greeter" / "app.py").write_text(HANDLER)
    (tmp_path / "greeter" / "requirements.txt").write_text("")
    sam(emulator, tmp_path, "build")
    workflow = deploy(emulator, tmp_path)["Workflow"]
    assert machines.end(machines.start(workflow, {"name": "world"}))["output"] == "hello world"
    assert deploy(emulator, tmp_path, "Greeting=bye")["Workflow"] == workflow
    assert machines.end(machines.start(workflow, {"name": "world"}))["output"] == "bye world"


def deploy(emulator: Emulator, directory: Path, *overrides: str) -> dict[str, str]:
    options = ["--stack-name", "sam-app", "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"]
    sam(emulator, directory, "deploy", *options, *(["--parameter-overrides", *overrides] if overrides else []))
    cloudformation = emulator.client("cloudformation")
    stack = wait_until(lambda: cloudformation.describe_stacks(StackName="sam-app")["Stacks"][0])
    assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def sam(emulator: Emulator, directory: Path, *arguments: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "1",
    }
    command = [sys.executable, "-m", "samcli", *arguments]
    ended = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
