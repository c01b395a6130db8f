from __future__ import annotations

import json
import statistics
import time
from typing import Any

import pytest

from conftest import Emulator
from machines import Machines
from queues import make_queue


@pytest.fixture(scope="module")
def functions(emulator: Emulator) -> dict[str, str]:
    return emulator.deploy("functions")


def invoke(function: str, suffix: str = "", **fields: Any) -> dict[str, Any]:
    parameters = {"FunctionName": function, "Payload": {"token.$": "$$.Task.Token"} if suffix else {"a": 1}}
    resource = f"arn:aws:states:::lambda:invoke{suffix}"
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True, **fields}


def test_a_callback_function_that_fails_fails_the_task_at_once(machines: Machines, functions: dict[str, str]) -> None:
    task = invoke(functions["Failing"], ".waitForTaskToken", TimeoutSeconds=60)
    ended = machines.run({"T": task})
    assert ended["status"] == "FAILED" and "dispatch failed" in ended["cause"]


def test_a_throttled_function_has_its_own_error_name(machines: Machines, functions: dict[str, str]) -> None:
    concurrency = {"FunctionName": functions["Busy"], "ReservedConcurrentExecutions": 0}
    machines.emulator.client("lambda").put_function_concurrency(**concurrency)
    assert machines.run({"T": invoke(functions["Busy"])})["error"] == "Lambda.TooManyRequestsException"


def test_a_condition_that_fails_has_its_own_error_name(machines: Machines, functions: dict[str, str]) -> None:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Parameters": {
            "TableName": functions["Rows"],
            "Item": {"id": {"S.$": "$.id"}},
            "ConditionExpression": "attribute_not_exists(id)",
        },
        "ResultPath": None,
        "Catch": [{"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "ResultPath": "$.e", "Next": "Read"}],
        "End": True,
    }
    read = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:getItem",
        "Parameters": {"TableName": functions["Rows"], "Key": {"id": {"S.$": "$.id"}}, "ConsistentRead": True},
        "End": True,
    }
    arn = machines.create({"Put": task, "Read": read})
    assert machines.end(machines.start(arn, {"id": "1"}))["output"] == {"id": "1"}
    assert machines.end(machines.start(arn, {"id": "1"}))["output"]["Item"] == {"id": {"S": "1"}}


def test_published_details_may_be_objects_and_name_the_execution(emulator: Emulator, machines: Machines) -> None:
    queue, events = make_queue(emulator, "events.amazonaws.com"), emulator.client("events")
    events.put_rule(Name="published", EventPattern=json.dumps({"source": ["tasks"]}))
    events.put_targets(Rule="published", Targets=[{"Id": "q", "Arn": queue.arn}])
    entry = {"Source": "tasks", "DetailType": "d", "Detail": {"n.$": "$.n"}}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
        "End": True,
    }
    execution = machines.start(machines.create({"T": task}), {"n": 1})
    event = json.loads(queue.receive()["Body"])
    assert event["detail"] == {"n": 1} and execution in event["resources"]


def test_an_entry_that_fails_fails_the_task(machines: Machines) -> None:
    entry = {"Source": "aws.forged", "DetailType": "d", "Detail": {}}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
        "End": True,
    }
    assert machines.run({"T": task})["error"] == "EventBridge.FailedEntry"


def test_a_warm_invocation_takes_milliseconds(emulator: Emulator, functions: dict[str, str]) -> None:
    client = emulator.client("lambda")

    def invoke_once() -> float:
        began = time.monotonic()
        client.invoke(FunctionName=functions["Quick"], Payload=b"{}")
        return time.monotonic() - began

    invoke_once()
    # ministack alone takes 54 ms, 50 of them waiting for a log line that never comes.
    assert statistics.median(invoke_once() for _ in range(15)) < 0.04
