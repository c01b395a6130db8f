"""StartMessageMoveTask and ListMessageMoveTasks: the redrive of a dead-letter queue."""

from __future__ import annotations

import json
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import sqs

_tasks: list[dict[str, Any]] = []
"""Finished tasks, newest first; ListMessageMoveTasks answers ten of a queue at most."""


def install() -> None:
    """Add the two actions to ministack's table."""
    sqs._HANDLERS["StartMessageMoveTask"] = start_move
    sqs._HANDLERS["ListMessageMoveTasks"] = list_moves


def start_move(data: dict[str, Any], _url: str) -> dict[str, Any]:
    """Move every message of a dead-letter queue to ``DestinationArn``, or to the queue that it came from.

    The task is over when the call returns: locally there is nothing to pace.
    """
    source_arn = data.get("SourceArn", "")
    source = _queue(source_arn)
    if not _is_dead_letter_queue(source_arn):
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    destination = data.get("DestinationArn")
    if destination:
        _queue(destination)
    # Event source mappings put other lists in the place of a queue's, under the same lock.
    with sqs._queues_lock:
        messages = source["messages"]
        source["messages"] = [message for message in messages if not _move(message, destination)]
        moved = len(messages) - len(source["messages"])
    # The event source mappings sleep until they are told of messages.
    sqs.esm_wake.set()
    return {"TaskHandle": _note(source_arn, destination, moved, len(messages))}


def _move(message: dict[str, Any], destination: str | None) -> bool:
    """Whether it was moved: one that a consumer holds, or that was sent to the queue directly, stays."""
    arn = destination or message["sys"].get("DeadLetterQueueSourceArn")
    target = sqs._queue_by_arn(arn) if arn else None
    if target is None or message["visible_at"] > time.time():
        return False
    target["messages"].append(_fresh(message))
    return True


def list_moves(data: dict[str, Any], _url: str) -> dict[str, Any]:
    """The last tasks of a source queue."""
    arn = data.get("SourceArn", "")
    _queue(arn)
    found = [task for task in _tasks if task["SourceArn"] == arn]
    return {"Results": found[: int(data.get("MaxResults") or 1)]}


def _queue(arn: str) -> dict[str, Any]:
    queue: dict[str, Any] | None = sqs._queue_by_arn(arn)
    if queue is None:
        message = "The resource that you specified for the SourceArn parameter doesn't exist."
        raise sqs._Err("ResourceNotFoundException", message, 404)
    return queue


def _is_dead_letter_queue(arn: str) -> bool:
    policies = (queue["attributes"].get("RedrivePolicy") for queue in sqs._queues.values())
    return any(json.loads(policy).get("deadLetterTargetArn") == arn for policy in policies if policy)


def _fresh(message: dict[str, Any]) -> dict[str, Any]:
    """A message as newly sent: it may be received as often as any other before it is a dead letter again."""
    now = time.time()
    attributes = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
    attributes["SentTimestamp"] = str(int(now * 1000))
    return {
        **message,
        "id": new_uuid(),
        "sys": attributes,
        "receipt_handle": None,
        "sent_at": now,
        "visible_at": now,
        "first_receive_at": None,
        "receive_count": 0,
    }


def _note(source: str, destination: str | None, moved: int, found: int) -> str:
    handle = f"{new_uuid()}/{get_region()}/{get_account_id()}"
    task = {
        "Status": "COMPLETED",
        "SourceArn": source,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": found,
        "StartedTimestamp": int(time.time() * 1000),
    }
    if destination:
        task["DestinationArn"] = destination
    _tasks.insert(0, task)
    return handle
