"""Receiving from a long queue in a time that does not grow with it.

ministack looks at every message of the queue several times for each batch of ten: a file of 20,000 transactions would
take minutes for that alone.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import sqs

from emulator import patching

Queue = dict[str, Any]

_RETENTION_INTERVAL = 1.0
"""Seconds between two looks for messages that are too old; a retention period is a minute at least."""


def install() -> None:
    """Wrap the two sweeps that come before a receive, the receive itself, and the removal after it."""
    patching.wrap(sqs, "_expire_retained", _once_a_second)
    patching.wrap(sqs, "_collect_msgs", _collecting)
    patching.wrap(sqs, "_dlq_sweep", _for_fifo_queues)
    patching.replace(sqs, "_delete_messages_for_esm", delete)


def _once_a_second(original: patching.Function) -> patching.Function:
    def expire(queue: Queue) -> None:
        now = time.monotonic()
        if now - queue.get("_retention_seen", 0.0) >= _RETENTION_INTERVAL:
            queue["_retention_seen"] = now
            original(queue)

    return expire


def _for_fifo_queues(original: patching.Function) -> patching.Function:
    """A standard queue's dead letters are found where they would be received."""
    return lambda queue: original(queue) if queue["is_fifo"] else None


def _collecting(original: patching.Function) -> patching.Function:
    sweep = sqs._dlq_sweep

    def collect(queue: Queue, most: int, visibility_seconds: int) -> list[dict[str, Any]]:
        if queue["is_fifo"]:
            return original(queue, most, visibility_seconds)  # type: ignore[no-any-return]
        now = time.time()
        visible = _first_visible(queue, most, now)
        if any(message["receive_count"] >= _most_receives(queue) for message in visible):
            sweep(queue)
            visible = _first_visible(queue, most, now)
        for message in visible:
            message.update(receipt_handle=new_uuid(), visible_at=now + visibility_seconds)
            message["receive_count"] += 1
            message["first_receive_at"] = message["first_receive_at"] or now
        return visible

    return collect


def _first_visible(queue: Queue, most: int, now: float) -> list[dict[str, Any]]:
    def visible() -> Iterator[dict[str, Any]]:
        for message in queue["messages"]:
            sqs._ensure_msg_fields(message)
            if message["visible_at"] <= now:
                yield message

    return list(islice(visible(), most))


def _most_receives(queue: Queue) -> float:
    policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
    return int(policy.get("maxReceiveCount") or 0) or math.inf


def delete(queue_url: str, receipt_handles: set[str]) -> None:
    """Remove the messages of a batch, which stand near the queue's beginning."""
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        missing, kept = set(receipt_handles), []
        messages = iter(queue["messages"])
        for message in messages:
            if message.get("receipt_handle") in missing:
                missing.discard(message["receipt_handle"])
            else:
                kept.append(message)
            if not missing:
                break
        queue["messages"] = [*kept, *messages]
