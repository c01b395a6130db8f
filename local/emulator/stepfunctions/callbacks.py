"""``.waitForTaskToken``: waiting with a timeout and a heartbeat, and the API calls that end the wait."""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
import time
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions as sfn

from emulator import patching
from emulator.stepfunctions import limits, throttle

Response = tuple[int, dict[str, str], bytes]

TOKEN_CHARACTERS = 700
"""About as many as AWS's tokens have; its limit is 2,048."""
REMEMBERED_TOKENS = 20_000

_lock = threading.Lock()
"""Held where a record is looked up and answered, and where a wait ends: an answer that is taken is never lost."""
_closed_tokens: dict[str, None] = {}
"""The last tokens that were valid once. AWS tells them from those that never were."""
_LONGEST_SECONDS = 99_999_999.0
_DONE: Response = json_response({})


def install() -> None:
    """Replace the three SendTask calls. ``task`` replaces the wait itself."""
    patching.replace(sfn, "_send_task_success", send_success)
    patching.replace(sfn, "_send_task_failure", send_failure)
    patching.replace(sfn, "_send_task_heartbeat", send_heartbeat)


def _has_form(token: str) -> bool:
    """Whether a token looks like one of ``new_token``."""
    return len(token) == TOKEN_CHARACTERS and re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", token) is not None


def new_token() -> str:
    """A token of AWS's length and characters."""
    return base64.b64encode(secrets.token_bytes(TOKEN_CHARACTERS * 3 // 4)).decode()


def open_task(token: str, timeout: float | None, heartbeat: float | None) -> dict[str, Any]:
    """Make a token valid, and begin to count its time. What answers it is put into the record that is returned."""
    execution = limits.running.get()
    now = time.monotonic()
    record = {
        "event": threading.Event(),
        "result": None,
        "error": None,
        "heartbeat": now,
        "heartbeatSeconds": heartbeat,
        "deadline": now + (_LONGEST_SECONDS if timeout is None else timeout),
        "executionArn": execution["executionArn"] if execution else None,
    }
    sfn._task_tokens[token] = record
    return record


def close_task(token: str) -> None:
    """Make a token invalid."""
    with _lock:
        _close(token)


def close_unanswered(token: str) -> bool:
    """Make a token invalid unless it was answered; whether it was made so."""
    with _lock:
        record = sfn._task_tokens.get(token)
        if record is not None and record["event"].is_set():
            return False
        _close(token)
        return True


def close_tasks_of(execution_arn: str) -> None:
    """End all waits of an execution that is closed."""
    with _lock:
        for token, record in list(sfn._task_tokens.items()):
            if record.get("executionArn") == execution_arn:
                _close(token)
                record["error"] = {"Error": "States.Runtime", "Cause": "the execution is closed"}
                record["event"].set()


def _close(token: str) -> None:
    sfn._task_tokens.pop(token, None)
    _closed_tokens[token] = None
    if len(_closed_tokens) > REMEMBERED_TOKENS:
        del _closed_tokens[next(iter(_closed_tokens))]


def wait(record: dict[str, Any]) -> Any:
    """The output that the token's holder sends.

    Raises the failure that it sends, States.Timeout, or States.HeartbeatTimeout.
    """
    while True:
        with _lock:
            if record["event"].is_set():
                break
            now = time.monotonic()
            if error := _overdue(record, now):
                raise sfn._ExecutionError(error, "")
            due = min(record["deadline"], _beat_due(record))
        # A heartbeat in the meantime only moves what is due: the next round sees it.
        with throttle.waiting():
            record["event"].wait(min(due, now + threading.TIMEOUT_MAX / 2) - now)
    if record["error"]:
        raise sfn._ExecutionError(record["error"]["Error"], record["error"]["Cause"])
    return json.loads(record["result"])


def _overdue(record: dict[str, Any], now: float) -> str | None:
    """The error of a task whose time is over."""
    if now >= record["deadline"]:
        return "States.Timeout"
    return "States.HeartbeatTimeout" if now >= _beat_due(record) else None


def _beat_due(record: dict[str, Any]) -> float:
    seconds: float | None = record["heartbeatSeconds"]
    return float("inf") if seconds is None else float(record["heartbeat"] + seconds)


def send_success(data: dict[str, Any]) -> Response:
    """SendTaskSuccess. Refuses an output that is no JSON or larger than 256 KiB."""
    output = data.get("output", "")
    if len(output.encode()) > limits.PAYLOAD_BYTES:
        return _too_long("output", limits.PAYLOAD_BYTES)
    try:
        json.loads(output)
    except ValueError:
        return _refuse("InvalidOutput", "Invalid Output: the output is not JSON")
    return _answer(data, result=output)


def send_failure(data: dict[str, Any]) -> Response:
    """SendTaskFailure. Refuses an error over 256 and a cause over 32,768 characters."""
    error, cause = data.get("error") or "", data.get("cause") or ""
    if len(error) > 256:
        return _too_long("error", 256)
    if len(cause) > 32_768:
        return _too_long("cause", 32_768)
    return _answer(data, error={"Error": error, "Cause": cause})


def send_heartbeat(data: dict[str, Any]) -> Response:
    """SendTaskHeartbeat."""
    with _lock:
        record, refusal = _open_record(data)
        if record is None:
            return refusal
        record["heartbeat"] = time.monotonic()
        return _DONE


def _answer(data: dict[str, Any], **outcome: Any) -> Response:
    """End the wait of the token's task with its result or error."""
    with _lock:
        record, refusal = _open_record(data)
        if record is None:
            return refusal
        record.update(outcome)
        record["event"].set()
        return _DONE


def _open_record(data: dict[str, Any]) -> tuple[dict[str, Any] | None, Response]:
    """The record of a token that can be answered, though its thread may not have seen yet that its time is over."""
    token = data.get("taskToken") or ""
    record = sfn._task_tokens.get(token)
    if record is not None and not record["event"].is_set() and not _overdue(record, time.monotonic()):
        return record, _DONE
    if record is not None or token in _closed_tokens:
        message = "Task Timed Out: 'Provided task does not exist anymore'"
        return None, _refuse("TaskTimedOut", message)
    if _has_form(token):
        return None, _refuse("TaskDoesNotExist", "Task does not exist: 'Provided task does not exist'")
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
