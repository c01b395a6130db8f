from __future__ import annotations

import json
from collections import deque
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stepfunctions import history
from machines import Machines

WAIT = {"W": {"Type": "Wait", "Seconds": 30, "End": True}}
PASS = {"P": {"Type": "Pass", "End": True}}
KIB_256 = 262_144


def refusal(machines: Machines, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        machines.client.start_execution(**request)
    return str(refused.value.response["Error"]["Code"])


def test_the_same_start_of_a_running_execution_is_the_same_execution(machines: Machines) -> None:
    arn = machines.create(WAIT)
    first = machines.client.start_execution(stateMachineArn=arn, name="one", input='{"a": 1}')
    again = machines.client.start_execution(stateMachineArn=arn, name="one", input='{"a": 1}')
    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    assert refusal(machines, stateMachineArn=arn, name="one", input='{"a": 2}') == "ExecutionAlreadyExists"
    machines.client.stop_execution(executionArn=first["executionArn"])
    assert refusal(machines, stateMachineArn=arn, name="one", input='{"a": 1}') == "ExecutionAlreadyExists"


def test_express_executions_may_share_a_name(machines: Machines) -> None:
    arn = machines.create(PASS, kind="EXPRESS")
    started = [machines.client.start_execution(stateMachineArn=arn, name="one")["executionArn"] for _ in range(2)]
    assert len(set(started)) == 2
    assert all(":express:" in execution for execution in started)


@pytest.mark.parametrize("name", ["a b", "a/b", "a:b", "a#b", "a*", "a\u0007", "a|b"])
def test_illegal_names_are_refused(machines: Machines, name: str) -> None:
    assert refusal(machines, stateMachineArn=machines.create(PASS), name=name) == "InvalidName"


def test_names_have_at_most_80_characters(machines: Machines) -> None:
    arn = machines.create(PASS)
    machines.client.start_execution(stateMachineArn=arn, name="n" * 80)
    assert refusal(machines, stateMachineArn=arn, name="n" * 81) == "ValidationException"


def test_inputs_have_at_most_256_kib_and_are_json(machines: Machines) -> None:
    arn = machines.create(PASS)
    machines.client.start_execution(stateMachineArn=arn, input=json.dumps("x" * (KIB_256 - 2)))
    assert refusal(machines, stateMachineArn=arn, input=json.dumps("x" * (KIB_256 - 1))) == "ValidationException"
    assert refusal(machines, stateMachineArn=arn, input="{") == "InvalidExecutionInput"


def test_a_state_that_grows_past_256_kib_fails_uncaught_by_all(machines: Machines) -> None:
    grow = {"Type": "Pass", "Parameters": {"a.$": "$.text", "b.$": "$.text"}, "End": True}
    ended = machines.run({"Grow": grow}, {"text": "x" * 200_000})
    assert ended["error"] == "States.DataLimitExceeded"

    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"a.$": "$.text", "b.$": "$.text"},
        "End": True,
    }
    caught = {"Type": "Pass", "Result": "caught", "End": True}
    for errors, status in ((["States.ALL"], "FAILED"), (["States.DataLimitExceeded"], "SUCCEEDED")):
        catch = [{"ErrorEquals": errors, "Next": "C"}]
        assert machines.run({"T": {**task, "Catch": catch}, "C": caught}, {"text": "x" * 200_000})["status"] == status


def test_a_synchronous_start_is_for_express_workflows(machines: Machines) -> None:
    with pytest.raises(ClientError) as refused:
        machines.client.start_sync_execution(stateMachineArn=machines.create(PASS))
    assert refused.value.response["Error"]["Code"] == "StateMachineTypeNotSupported"


def test_a_failed_synchronous_execution_has_error_and_cause_and_no_output(machines: Machines) -> None:
    arn = machines.create({"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}, kind="EXPRESS")
    ended = machines.client.start_sync_execution(stateMachineArn=arn)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "E", "c")
    assert "output" not in ended


def test_a_history_leaves_out_long_payloads_and_the_execution_keeps_them(machines: Machines) -> None:
    long = {"text": "x" * history.PAYLOAD_CHARACTERS}
    execution = machines.start(machines.create(PASS), long)
    assert machines.end(execution)["output"] == long
    entered = next(event for event in machines.events(execution) if event["type"] == "PassStateEntered")
    assert entered["stateEnteredEventDetails"] == {"name": "P", "inputDetails": {"truncated": True}}
    short = machines.start(machines.create(PASS), {"a": 1})
    machines.end(short)
    assert machines.events(short)[1]["stateEnteredEventDetails"]["input"] == '{"a": 1}'


def test_the_newest_ended_executions_keep_their_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "ENDED_EXECUTIONS", 2)
    monkeypatch.setattr(history, "_ended", deque())
    ended = [{"events": [{"id": 1}]} for _ in range(3)]
    add = history._bounded(lambda execution, *_event: {})
    add({"events": []}, "PassStateExited")
    for execution in ended:
        add(execution, "ExecutionSucceeded")
    assert [len(execution["events"]) for execution in ended] == [0, 1, 1]
