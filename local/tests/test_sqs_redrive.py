from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import Emulator, wait_until


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
