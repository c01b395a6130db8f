"""State machines for tests: create, run, and read what happened."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from conftest import Emulator, wait_until

ROLE = "arn:aws:iam::000000000000:role/any"


def http_task(url: str, connection: str, method: str = "POST", **arguments: Any) -> dict[str, Any]:
    """A state that sends a request with a connection's credentials, and ends."""
    arguments = {"ApiEndpoint": url, "Method": method, "Authentication": {"ConnectionArn": connection}, **arguments}
    return {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": arguments, "End": True}


@dataclass
class Machines:
    emulator: Emulator

    @property
    def client(self) -> Any:
        return self.emulator.client("stepfunctions")

    def create(self, states: dict[str, Any], kind: str = "STANDARD", **top: Any) -> str:
        """A machine that starts at the first of ``states``."""
        definition = {"StartAt": next(iter(states)), "States": states, **top}
        arn: str = self.client.create_state_machine(
            name=f"m{uuid.uuid4().hex}", definition=json.dumps(definition), roleArn=ROLE, type=kind
        )["stateMachineArn"]
        return arn

    def start(self, arn: str, data: Any = None) -> str:
        execution: str = self.client.start_execution(stateMachineArn=arn, input=json.dumps(data or {}))["executionArn"]
        return execution

    def end(self, execution: str, seconds: float = 10.0) -> dict[str, Any]:
        """DescribeExecution once it runs no more, with its output parsed."""

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = self.client.describe_execution(executionArn=execution)
            return None if found["status"] == "RUNNING" else found

        found: dict[str, Any] = wait_until(ended, seconds)
        if "output" in found:
            found["output"] = json.loads(found["output"])
        return found

    def run(self, states: dict[str, Any], data: Any = None, **top: Any) -> dict[str, Any]:
        return self.end(self.start(self.create(states, **top), data))

    def events(self, execution: str) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self.client.get_execution_history(executionArn=execution)["events"]
        return events
