"""Task tokens: their form, their time, and answers that come at the same moment as something else."""

from __future__ import annotations

import base64
import json
import threading
import time
from typing import Any

import pytest
from ministack.services import stepfunctions as sfn

from emulator.stepfunctions import callbacks
from emulator.stepfunctions.throttle import AT_WORK
from machines import Machines

FAILING = {
    "Type": "Task",
    "Resource": "arn:aws:states:::events:putEvents",
    "Parameters": {"Entries": [{"Source": "aws.forged", "DetailType": "d", "Detail": {}}]},
    "End": True,
}


def refusal(response: callbacks.Response) -> str | None:
    """The error's code, None for an answer that was taken."""
    status, _, body = response
    return None if status == 200 else str(json.loads(body)["__type"])


def succeed(token: str) -> str | None:
    return refusal(callbacks.send_success({"taskToken": token, "output": "{}"}))


def test_a_token_is_as_long_as_those_of_aws_and_like_no_other() -> None:
    first, second = callbacks.new_token(), callbacks.new_token()
    assert len(first) == 700 and len(base64.b64decode(first, validate=True)) == 525
    assert first != second


def test_an_answer_after_the_time_is_refused_though_nobody_has_noticed_yet() -> None:
    for timeout, heartbeat, error in ((0.01, None, "States.Timeout"), (9.0, 0.01, "States.HeartbeatTimeout")):
        record = callbacks.open_task("late", timeout, heartbeat)
        time.sleep(0.02)
        assert succeed("late") == "TaskTimedOut"
        assert refusal(callbacks.send_heartbeat({"taskToken": "late"})) == "TaskTimedOut"
        with pytest.raises(sfn._ExecutionError) as ended:
            callbacks.wait(record)
        assert ended.value.error == error
        callbacks.close_task("late")


def test_an_answer_in_time_counts_though_it_is_read_later() -> None:
    record = callbacks.open_task("in time", 9.0, None)
    assert succeed("in time") is None
    record["deadline"] = 0.0
    assert callbacks.wait(record) == {}
    callbacks.close_task("in time")


def test_the_time_of_a_task_is_that_since_its_start() -> None:
    record = callbacks.open_task("early", 0.4, None)
    time.sleep(0.3)
    began = time.monotonic()
    with pytest.raises(sfn._ExecutionError):
        callbacks.wait(record)
    assert time.monotonic() - began < 0.3
    callbacks.close_task("early")


def test_a_twin_of_an_answer_never_finds_the_token_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[str | None] = []
    twin = threading.Thread(target=lambda: answers.append(succeed("twin")))

    class Tokens(dict[str, Any]):
        def pop(self, *arguments: Any) -> Any:
            """The twin comes between the two steps of a token's end."""
            record = super().pop(*arguments)
            twin.start()
            twin.join(0.2)
            return record

    monkeypatch.setattr(sfn, "_task_tokens", Tokens())
    callbacks.open_task("twin", None, None)
    callbacks.close_task("twin")
    twin.join()
    assert answers == ["TaskTimedOut"]


def test_a_call_that_failed_after_its_answer_ends_with_the_answer() -> None:
    callbacks.open_task("answered", None, None)
    assert succeed("answered") is None
    assert not callbacks.close_unanswered("answered")
    callbacks.open_task("unanswered", None, None)
    assert callbacks.close_unanswered("unanswered")
    assert succeed("unanswered") == "TaskTimedOut"


def test_no_more_than_the_last_closed_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "REMEMBERED_TOKENS", 2)
    monkeypatch.setattr(callbacks, "_closed_tokens", {})
    for token in ("1", "2", "3"):
        callbacks.open_task(token, None, None)
        callbacks.close_task(token)
    assert [succeed(token) for token in ("1", "2", "3")] == ["InvalidToken", "TaskTimedOut", "TaskTimedOut"]


@pytest.mark.parametrize("heartbeat", [5, 6])
def test_a_heartbeat_that_is_not_below_the_timeout_fails_uncaught(machines: Machines, heartbeat: int) -> None:
    caught = {"Type": "Pass", "End": True}
    task = {**FAILING, "TimeoutSeconds": 5, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}]}
    ended = machines.run({"T": {**task, "HeartbeatSeconds": heartbeat}, "C": caught})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert machines.run({"T": {**task, "HeartbeatSeconds": 4}, "C": caught})["status"] == "SUCCEEDED"


def test_a_stopped_execution_makes_no_further_attempts(machines: Machines) -> None:
    retrier = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 3}
    execution = machines.start(machines.create({"T": {**FAILING, "Retry": [retrier]}}))
    machines.client.stop_execution(executionArn=execution)
    assert machines.end(execution)["status"] == "ABORTED"

    def attempts() -> int:
        return [event["type"] for event in machines.events(execution)].count("TaskScheduled")

    before = attempts()
    time.sleep(1.5)
    assert attempts() == before


def test_executions_between_two_attempts_are_not_over_the_quota(machines: Machines) -> None:
    retrier = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "MaxAttempts": 1}
    arn = machines.create({"T": {**FAILING, "Retry": [retrier]}})
    for execution in [machines.start(arn) for _ in range(AT_WORK * 2)]:
        machines.client.stop_execution(executionArn=execution)
