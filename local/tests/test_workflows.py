"""Expressions of the project's own workflows, as they evaluate."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ministack.services import stepfunctions as sfn

from conftest import LOCAL, Emulator
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


def output_of(workflow: str, state: str, result: Any) -> Any:
    """What a state of a workflow makes of its task's result."""
    found = definition(workflow)
    context: dict[str, Any] = {"QueryLanguage": found["QueryLanguage"], "variables": {}}
    return sfn._apply_jsonata_output(found["States"][state], {}, context, result=result, default=result)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"sid": "SM1"}, {"sid": "SM1"}),
        ([1, 2], [1, 2]),
        ('{"sid": "SM1"}', {"sid": "SM1"}),
        (' \n[{"sid": "SM1"}]', [{"sid": "SM1"}]),
        ("queued", {"answer": "queued"}),
        ("", {"answer": ""}),
        (5, {"answer": 5}),
        (None, {"answer": None}),
    ],
)
def test_a_providers_answer_is_json_whatever_it_is_called(body: Any, answer: Any) -> None:
    """A string is what a provider has sent that does not say JSON in its Content-Type."""
    found = output_of("third-party", "CallProvider", {"StatusCode": 200, "ResponseBody": body})
    assert (found["status"], json.loads(found["body"])) == (200, answer)


def request(**changes: Any) -> dict[str, Any]:
    detail = {"version": "1", "event_id": "e 1", "partner_id": "acme", "account_id": "A-1", **changes}
    return {"detail": detail, "time": "2026-03-01T09:30:00Z"}


@pytest.fixture(scope="module")
def account_opening(machines: Machines) -> str:
    """The first state of the workflow alone."""
    found = definition("account-opening")
    names = ("ReadRequest", "InvalidRequest")
    states = {name: found["States"][name] for name in names} | {"Claim": {"Type": "Succeed"}}
    return machines.create(states, QueryLanguage="JSONata")


@pytest.mark.parametrize("data", [request(), request(account_id="!~" * 64), request(partner_id="0" * 64)])
def test_a_request_for_an_account_is_read(machines: Machines, account_opening: str, data: Any) -> None:
    assert machines.end(machines.start(account_opening, data))["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "data",
    [
        {},
        request(version="2"),
        request(event_id=""),
        request(event_id="e\n"),
        request(account_id=None),
        request(account_id=7),
        request(account_id=""),
        request(account_id="A 1"),
        request(account_id="A-1\n"),
        request(account_id="x" * 129),
        request(partner_id="acme\n"),
        request(partner_id="ACME"),
        request(partner_id="a" * 65),
    ],
)
def test_a_request_that_names_no_account_is_refused(machines: Machines, account_opening: str, data: Any) -> None:
    ended = machines.end(machines.start(account_opening, data))
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidRequest")


def test_a_call_over_256_kib_takes_the_error_branch(machines: Machines, emulator: Emulator) -> None:
    url = emulator.client("sqs").create_queue(QueueName="calls")["QueueUrl"]
    found = definition("async-api", AsyncApiTimeoutSeconds=5)
    call = found["States"]["Call Async API"]
    call["Arguments"]["QueueUrl"] = url
    states = {"Call Async API": call, "Was It Successful": {"Type": "Succeed"}}
    ended = machines.run(states, {"filler": "x" * 262_000}, QueryLanguage="JSONata")
    assert ended["status"] == "SUCCEEDED"
    assert (ended["output"]["status"], ended["output"]["body"]["Error"]) == (500, "States.DataLimitExceeded")
