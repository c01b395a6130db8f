"""``.waitForTaskToken``: waiting with a timeout and a heartbeat, and the API calls that end the wait."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions as sfn

from emulator import patching
from emulator.stepfunctions import limits, throttle

Response = tuple[int, dict[str, str], bytes]

_closed_tokens: set[str] = set()
"""Tokens that were valid once. AWS tells them from those that never were."""
_LONGEST_SECONDS = 99_999_999.0
_DONE: Response = json_response({})


def install() -> None:
    """Replace the three SendTask calls. ``task`` replaces the wait itself."""
    patching.replace(sfn, "_send_task_success", send_success)
    patching.replace(sfn, "_send_task_failure", send_failure)
    patching.replace(sfn, "_send_task_heartbeat", send_heartbeat)


def open_task(token: str) -> dict[str, Any]:
    """Make a token valid. What answers it is put into the record that is returned."""
    execution = limits.running.get()
    record = {
        "event": threading.Event(),
        "result": None,
        "error": None,
        "heartbeat": time.monotonic(),
        "executionArn": execution["executionArn"] if execution else None,
    }
    sfn._task_tokens[token] = record
    return record


def close_task(token: str) -> None:
    """Make a token invalid."""
    sfn._task_tokens.pop(token, None)
    _closed_tokens.add(token)


def close_tasks_of(execution_arn: str) -> None:
    """End all waits of an execution that is closed."""
    for token, record in list(sfn._task_tokens.items()):
        if record.get("executionArn") == execution_arn:
            close_task(token)
            record["error"] = {"Error": "States.Runtime", "Cause": "the execution is closed"}
            record["event"].set()


def wait(record: dict[str, Any], timeout: float | None, heartbeat: float | None) -> Any:
    """The output that the token's holder sends.

    Raises the failure that it sends, States.Timeout, or States.HeartbeatTimeout.
    """
    deadline = time.monotonic() + (timeout if timeout is not None else _LONGEST_SECONDS)
    while not record["event"].is_set():
        beat_due = record["heartbeat"] + heartbeat if heartbeat is not None else deadline
        now = time.monotonic()
        if now >= deadline:
            raise sfn._ExecutionError("States.Timeout", "")
        if now >= beat_due:
            raise sfn._ExecutionError("States.HeartbeatTimeout", "")
        # A heartbeat in the meantime only moves beat_due: the next round sees it.
        with throttle.waiting():
            record["event"].wait(min(deadline, beat_due, now + threading.TIMEOUT_MAX / 2) - now)
    if record["error"]:
        raise sfn._ExecutionError(record["error"]["Error"], record["error"]["Cause"])
    return json.loads(record["result"])


def send_success(data: dict[str, Any]) -> Response:
    """SendTaskSuccess. Refuses an output that is no JSON or larger than 256 KiB."""
    record, refusal = _open_record(data)
    if record is None:
        return refusal
    output = data.get("output", "")
    if len(output.encode()) > limits.PAYLOAD_BYTES:
        return _too_long("output", limits.PAYLOAD_BYTES)
    try:
        json.loads(output)
    except ValueError:
        return _refuse("InvalidOutput", "Invalid Output: the output is not JSON")
    record["result"] = output
    record["event"].set()
    return _DONE


def send_failure(data: dict[str, Any]) -> Response:
    """SendTaskFailure. Refuses an error over 256 and a cause over 32,768 characters."""
    record, refusal = _open_record(data)
    if record is None:
        return refusal
    error, cause = data.get("error") or "", data.get("cause") or ""
    if len(error) > 256:
        return _too_long("error", 256)
    if len(cause) > 32_768:
        return _too_long("cause", 32_768)
    record["error"] = {"Error": error, "Cause": cause}
    record["event"].set()
    return _DONE


def send_heartbeat(data: dict[str, Any]) -> Response:
    """SendTaskHeartbeat."""
    record, refusal = _open_record(data)
    if record is None:
        return refusal
    record["heartbeat"] = time.monotonic()
    return _DONE


def _open_record(data: dict[str, Any]) -> tuple[dict[str, Any] | None, Response]:
    token = data.get("taskToken") or ""
    record = sfn._task_tokens.get(token)
    if record is not None and not record["event"].is_set():
        return record, _DONE
    if record is not None or token in _closed_tokens:
        message = "Task Timed Out: 'Provided task does not exist anymore'"
        return None, _refuse("TaskTimedOut", message)
    return None, _refuse("InvalidToken", "Invalid Token: 'Invalid token'")


def _too_long(member: str, longest: int) -> Response:
    return _refuse(
        "ValidationException",
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {longest}",
    )


def _refuse(code: str, message: str) -> Response:
    response: Response = error_response_json(code, message, 400)
    return response
