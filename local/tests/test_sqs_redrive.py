from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.services import sqs as service

from conftest import Emulator, wait_until
from emulator import sqs_redrive


def make_queues(sqs: Any, name: str) -> tuple[str, str, str]:
    """A queue's URL and its dead-letter queue's URL and ARN."""
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    attributes = {"RedrivePolicy": policy, "VisibilityTimeout": "0"}
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], dead, arn


def receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"]).get("Messages", [])
    return messages


def test_dead_letters_return_to_where_they_came_from(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    source, dead, arn = make_queues(sqs, "orders")
    sqs.send_message(QueueUrl=source, MessageBody="poison")
    receive(sqs, source)
    wait_until(lambda: not receive(sqs, source) and count(sqs, dead) == 1)
    assert sqs.start_message_move_task(SourceArn=arn)["TaskHandle"]
    (task,) = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    (message,) = receive(sqs, source)
    assert message["Body"] == "poison" and message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert count(sqs, dead) == 0


def count(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def test_only_a_dead_letter_queue_is_redriven(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName="plain")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    with pytest.raises(ClientError, match="Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn=arn)
    with pytest.raises(ClientError, match="doesn't exist"):
        sqs.start_message_move_task(SourceArn=f"{arn}-not")


def test_a_move_waits_until_nobody_else_changes_the_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    source, dead = "arn:aws:sqs:us-east-1:000000000000:source", "arn:aws:sqs:us-east-1:000000000000:dead"
    letter = {"sys": {"DeadLetterQueueSourceArn": source}, "visible_at": 0.0}
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead})}
    queues: dict[str, Any] = {
        source: {"attributes": policy, "messages": []},
        dead: {"attributes": {}, "messages": [letter]},
    }
    monkeypatch.setattr(service, "_queues", queues)
    monkeypatch.setattr(service, "_queue_by_arn", queues.get)
    move = threading.Thread(target=sqs_redrive.start_move, args=({"SourceArn": dead}, ""))
    with service._queues_lock:
        move.start()
        time.sleep(0.1)
        # As an event source mapping does that removes what it has delivered.
        queues[source]["messages"] = list(queues[source]["messages"])
        assert len(queues[dead]["messages"]) == 1
    move.join(10)
    assert [len(queues[arn]["messages"]) for arn in (source, dead)] == [1, 0]
