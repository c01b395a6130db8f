"""Expressions of the project's own workflows, as they evaluate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import LOCAL
from emulator.stepfunctions.query_language import field
from machines import Machines


def definition(workflow: str, **substitutions: int) -> dict[str, Any]:
    text = (LOCAL.parent / "statemachine" / f"{workflow}.asl.json").read_text()
    for name, value in substitutions.items():
        text = text.replace("${" + name + "}", str(value))
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@pytest.mark.parametrize(
    ("timeout", "heartbeat", "awaited"),
    [(86_400, 86_399, 86_399), (3_600, 60, 60), (600, 86_399, 599), (5, 5, 4), (2, 86_399, 1)],
)
def test_an_order_awaits_a_sign_of_life_for_less_than_its_timeout(timeout: int, heartbeat: int, awaited: int) -> None:
    order = definition("order", CallbackTimeoutSeconds=timeout, CallbackHeartbeatSeconds=heartbeat)
    state, context = order["States"]["ShippingServiceCallback"], {"QueryLanguage": order["QueryLanguage"]}
    assert field(state, "HeartbeatSeconds", {}, context) == awaited
    assert field(state, "TimeoutSeconds", {}, context) == timeout


def call(wait: Any, status: Any = "success", token: Any = "token") -> dict[str, Any]:
    return {"taskToken": token, "payload": {"waitTime": wait, "status": status}}


@pytest.fixture(scope="module")
def simulator(machines: Machines) -> str:
    """The simulator without its wait and its function."""
    simulator = definition("async-api-simulator")
    simulator["States"]["Work"] = {"Type": "Succeed"}
    del simulator["States"]["CallBack"]
    arn: str = machines.client.create_state_machine(
        name="simulator", definition=json.dumps(simulator), roleArn="arn:aws:iam::000000000000:role/any"
    )["stateMachineArn"]
    return arn


@pytest.mark.parametrize("data", [call(0), call(3), call(3.0), call(99_999_999, "failure")])
def test_a_call_of_the_simulator_goes_to_work(machines: Machines, simulator: str, data: Any) -> None:
    assert machines.end(machines.start(simulator, data))["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"taskToken": "token"},
        {"taskToken": "token", "payload": "text"},
        call(3, token=7),
        call(3, "maybe"),
        call(3, None),
        call("3"),
        call(None),
        call(-1),
        call(1.5),
        call(100_000_000),
    ],
)
def test_what_is_no_call_of_the_simulator_fails_before_any_wait(machines: Machines, simulator: str, data: Any) -> None:
    ended = machines.end(machines.start(simulator, data))
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidCall")


def test_a_wait_has_a_limit(machines: Machines) -> None:
    states = {"W": {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "End": True}}
    ended = machines.run(states, {"seconds": 100_000_000}, QueryLanguage="JSONata")
    assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
