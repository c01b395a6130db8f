"""Fuzzes the partner-facing API of a running stack with what its OpenAPI document allows and forbids.

``LOCAL_STACK_FILE`` names the file that describes the stack (``.local/stack.json`` unless set). Arguments are handed to
``schemathesis run``, such as ``--seed 7`` to repeat a run. What is checked stands in ``schemathesis.toml``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

GATES = Path(__file__).resolve().parent
PROJECT = GATES.parent.parent


def main(arguments: list[str]) -> int:
    """Run schemathesis and answer its exit code."""
    stack = json.loads(Path(os.environ.get("LOCAL_STACK_FILE", PROJECT / ".local" / "stack.json")).read_text())
    document = plain(yaml.safe_load((PROJECT / "openapi.yaml").read_text()))
    # The token goes by the environment: a command line can be read by every process of the machine. The API is on this
    # machine, whatever proxy leads out of it.
    environment = {**os.environ, "PARTNER_API_TOKEN": stack["api_token"], "NO_PROXY": "*", "no_proxy": "*"}
    environment["SCHEMATHESIS_HOOKS"] = str(GATES / "hooks.py")
    # Schemathesis keeps what it has seen in the current directory.
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "openapi.json")
        file.write_text(json.dumps(document))
        program = Path(sys.executable).with_name("schemathesis")
        command = [program, "--config-file", GATES / "schemathesis.toml", "run", file, "--url", stack["ApiUrl"]]
        return subprocess.run([*command, *arguments], cwd=directory, env=environment, check=False).returncode


def plain(node: Any) -> Any:
    """The document as partners see it: without API Gateway's extensions, and texts without CloudFormation's Fn::Sub."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.keys() == {"Fn::Sub"}:
        return node["Fn::Sub"]
    return {name: plain(value) for name, value in node.items() if not str(name).startswith("x-amazon-apigateway-")}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
