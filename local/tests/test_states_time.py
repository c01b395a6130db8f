from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import Emulator, wait_until
from emulator.stepfunctions import retry
from emulator.stepfunctions.callbacks import new_token
from machines import Machines


@pytest.fixture(scope="module")
def queue(emulator: Emulator) -> str:
    url: str = emulator.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    return url


def waiting(queue: str, **fields: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
        **fields,
    }


def token(emulator: Emulator, queue: str) -> str:
    sqs = emulator.client("sqs")

    def receive() -> Any:
        return sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages")

    message = wait_until(receive)[0]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return str(json.loads(message["Body"])["token"])


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value.response["Error"]["Code"])


def test_an_answer_ends_the_wait_and_a_second_one_comes_too_late(
    emulator: Emulator, machines: Machines, queue: str
) -> None:
    execution = machines.start(machines.create({"T": waiting(queue)}))
    given = token(emulator, queue)
    assert refusal(machines.client.send_task_success, taskToken=given, output="{") == "InvalidOutput"
    machines.client.send_task_success(taskToken=given, output='{"a": 1}')
    assert machines.end(execution)["output"] == {"a": 1}
    assert refusal(machines.client.send_task_success, taskToken=given, output="{}") == "TaskTimedOut"
    assert refusal(machines.client.send_task_heartbeat, taskToken="never given") == "InvalidToken"
    assert refusal(machines.client.send_task_heartbeat, taskToken=new_token()) == "TaskDoesNotExist"


def test_a_failure_fails_with_its_own_error_and_cause(emulator: Emulator, machines: Machines, queue: str) -> None:
    execution = machines.start(machines.create({"T": waiting(queue)}))
    machines.client.send_task_failure(taskToken=token(emulator, queue), error="Carrier.Lost", cause="fog")
    ended = machines.end(execution)
    assert (ended["error"], ended["cause"]) == ("Carrier.Lost", "fog")


def test_silence_is_a_timeout_and_the_token_is_dead(emulator: Emulator, machines: Machines, queue: str) -> None:
    execution = machines.start(machines.create({"T": waiting(queue, TimeoutSecondsPath="$.limit")}), {"limit": 1})
    given = token(emulator, queue)
    assert machines.end(execution)["error"] == "States.Timeout"
    assert "TaskTimedOut" in {event["type"] for event in machines.events(execution)}
    assert refusal(machines.client.send_task_success, taskToken=given, output="{}") == "TaskTimedOut"


def test_heartbeats_keep_a_task_alive_and_their_absence_ends_it(
    emulator: Emulator, machines: Machines, queue: str
) -> None:
    execution = machines.start(
        machines.create({"T": waiting(queue, HeartbeatSecondsPath="$.beat", TimeoutSeconds=30)}), {"beat": 1}
    )
    given = token(emulator, queue)
    for _ in range(3):
        time.sleep(0.5)
        machines.client.send_task_heartbeat(taskToken=given)
    assert machines.client.describe_execution(executionArn=execution)["status"] == "RUNNING"
    assert machines.end(execution)["error"] == "States.HeartbeatTimeout"


def test_every_attempt_has_a_token_of_its_own(emulator: Emulator, machines: Machines, queue: str) -> None:
    retrier = {"ErrorEquals": ["Again"], "IntervalSeconds": 1, "MaxAttempts": 1, "BackoffRate": 1}
    execution = machines.start(machines.create({"T": waiting(queue, Retry=[retrier])}))
    first = token(emulator, queue)
    machines.client.send_task_failure(taskToken=first, error="Again")
    second = token(emulator, queue)
    assert first != second
    assert refusal(machines.client.send_task_success, taskToken=first, output="1") == "TaskTimedOut"
    machines.client.send_task_success(taskToken=second, output="2")
    assert machines.end(execution)["output"] == 2


def test_a_stopped_execution_takes_no_answer(emulator: Emulator, machines: Machines, queue: str) -> None:
    execution = machines.start(machines.create({"T": waiting(queue)}))
    given = token(emulator, queue)
    machines.client.stop_execution(executionArn=execution, error="E", cause="c")
    assert refusal(machines.client.send_task_success, taskToken=given, output="{}") == "TaskTimedOut"
    assert machines.end(execution)["status"] == "ABORTED"
    time.sleep(0.1)
    assert machines.client.describe_execution(executionArn=execution)["status"] == "ABORTED"


def test_a_machine_has_a_timeout(machines: Machines) -> None:
    ended = machines.run({"W": {"Type": "Wait", "Seconds": 60, "End": True}}, TimeoutSeconds=1)
    assert ended["status"] == "TIMED_OUT"


def test_an_execution_starts_at_once(machines: Machines) -> None:
    arn = machines.create({"S": {"Type": "Succeed"}}, kind="EXPRESS")
    began = time.monotonic()
    assert machines.client.start_sync_execution(stateMachineArn=arn)["status"] == "SUCCEEDED"
    assert time.monotonic() - began < 0.14


def test_delays_grow_to_their_limit_and_jitter_stays_below() -> None:
    retrier = {"IntervalSeconds": 2, "BackoffRate": 3, "MaxDelaySeconds": 10}
    assert [retry.delay(retrier, count) for count in range(3)] == [2, 6, 10]
    jittered = [retry.delay({**retrier, "JitterStrategy": "FULL"}, 2) for _ in range(200)]
    assert max(jittered) <= 10 and min(jittered) < 5 < max(jittered)


def test_wildcards_leave_out_what_aws_leaves_out() -> None:
    assert retry.matches(["States.ALL"], "Anything") and retry.matches(["States.ALL"], "States.Timeout")
    assert retry.matches(["States.TaskFailed"], "Anything")
    assert not retry.matches(["States.TaskFailed"], "States.Timeout")
    assert not retry.matches(["States.ALL"], "States.DataLimitExceeded")
    assert retry.matches(["States.DataLimitExceeded"], "States.DataLimitExceeded")
    assert not retry.matches(["States.ALL", "States.Runtime"], "States.Runtime")
