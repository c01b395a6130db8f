"""Queues for tests, open to the services that are named."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from conftest import Emulator, wait_until


@dataclass
class Queue:
    client: Any
    url: str
    arn: str

    def receive(self) -> dict[str, Any]:
        """The next message, removed from the queue, with its attributes as plain texts."""
        options = {"MessageAttributeNames": ["All"], "AttributeNames": ["All"]}
        messages = wait_until(lambda: self.client.receive_message(QueueUrl=self.url, **options).get("Messages"))
        message: dict[str, Any] = messages[0]
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        attributes = message.get("MessageAttributes", {})
        message["MessageAttributes"] = {name: value["StringValue"] for name, value in attributes.items()}
        return message

    def is_empty(self) -> bool:
        return not self.client.receive_message(QueueUrl=self.url).get("Messages")

    def delete(self) -> None:
        self.client.delete_queue(QueueUrl=self.url)


def make_queue(emulator: Emulator, *services: str, source_arn: str = "*") -> Queue:
    """A queue that lets the services send to it, for resources whose ARN is like ``source_arn``."""
    client = emulator.client("sqs")
    name = f"q{uuid.uuid4().hex}"
    arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"
    attributes = {"Policy": json.dumps(policy("sqs:SendMessage", arn, services, source_arn))} if services else {}
    return Queue(client, client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], arn)


def policy(action: str, resource: str, services: tuple[str, ...], source_arn: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": list(services)},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnLike": {"aws:SourceArn": source_arn}},
    }
    # As in a stack: nobody gets in without TLS, which a service always has.
    insecure = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement, insecure]}
