"""Receiving, which is the same however long the queue is."""

from __future__ import annotations

import json
import time
from typing import Any

from conftest import Emulator, wait_until
from emulator import sqs_receive
from queues import Queue, make_queue


def receive(queue: Queue, most: int = 10) -> list[str]:
    answer = queue.client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=most, VisibilityTimeout=1)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_a_received_message_is_hidden_until_its_time_is_over(emulator: Emulator) -> None:
    queue = make_queue(emulator)
    for body in "abc":
        queue.client.send_message(QueueUrl=queue.url, MessageBody=body)
    assert receive(queue, most=2) == ["a", "b"]
    assert receive(queue) == ["c"]
    assert receive(queue) == []
    assert sorted(wait_until(lambda: receive(queue), 3.0)) != []


def test_a_message_that_was_received_too_often_is_a_dead_letter(emulator: Emulator) -> None:
    queue, dead = make_queue(emulator), make_queue(emulator)
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes={"RedrivePolicy": redrive})
    queue.client.send_message(QueueUrl=queue.url, MessageBody="bad")
    assert receive(queue) == ["bad"]
    time.sleep(1.1)
    queue.client.send_message(QueueUrl=queue.url, MessageBody="good")
    assert receive(queue) == ["good"]
    assert dead.receive()["Body"] == "bad"


def test_a_queue_is_looked_through_for_old_messages_once_a_second() -> None:
    looks: list[str] = []
    expire = sqs_receive._once_a_second(lambda queue: looks.append(queue["name"]))
    one: dict[str, Any] = {"name": "one"}
    other: dict[str, Any] = {"name": "other"}
    for queue in (one, one, other):
        expire(queue)
    assert looks == ["one", "other"]
    one["_retention_seen"] -= sqs_receive._RETENTION_INTERVAL
    expire(one)
    assert looks == ["one", "other", "one"]
