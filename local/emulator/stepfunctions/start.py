"""StartExecution and StartSyncExecution: names, inputs, idempotency, and what differs between the two workflow types.

A Standard execution is named once: the same name with the same input while it runs is the same execution, anything
else is ExecutionAlreadyExists. An Express workflow may run any number of executions of one name.
"""

from __future__ import annotations

import contextvars
import json
import re
import threading
from typing import Any

from ministack.core.responses import (
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
    now_iso,
)
from ministack.services import stepfunctions as sfn

from emulator import patching
from emulator.stepfunctions import limits, throttle

Response = tuple[int, dict[str, str], bytes]
_ILLEGAL_IN_NAME = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_LONGEST_NAME = 80


def install() -> None:
    """Replace both calls."""
    patching.replace(sfn, "_start_execution", start_execution)
    patching.replace(sfn, "_start_sync_execution", start_sync_execution)


def start_execution(data: dict[str, Any]) -> Response:
    """StartExecution: answers as soon as the execution's thread is started."""
    machine, refusal = _checked(data)
    if machine is None:
        return refusal
    name = data.get("name") or new_uuid()
    text = data.get("input") or "{}"
    if machine["type"] != "EXPRESS":
        existing = sfn._executions.get(_arn(machine, name))
        if existing is not None:
            return _repeated(existing, text)
    if throttle.is_over_quota():
        return _refuse("ThrottlingException", "Rate exceeded")
    execution = _record(machine, name, text)
    sfn._emit_execution_status_event(execution)
    # A thread starts with an empty context: without the copy it would look in the default account and region.
    context = contextvars.copy_context()
    arn = execution["executionArn"]
    # _run_execution is looked up late, because another module replaces it.
    threading.Thread(target=context.run, args=(sfn._run_execution, arn), daemon=True).start()
    response: Response = json_response({"executionArn": arn, "startDate": execution["startDate"]})
    return response


def start_sync_execution(data: dict[str, Any]) -> Response:
    """StartSyncExecution: runs the execution on the calling thread and answers with its end."""
    machine, refusal = _checked(data)
    if machine is None:
        return refusal
    if machine["type"] != "EXPRESS":
        return _refuse("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
    execution = _record(machine, data.get("name") or new_uuid(), data.get("input") or "{}")
    contextvars.copy_context().run(sfn._run_execution, execution["executionArn"])
    members = ("executionArn", "stateMachineArn", "name", "startDate", "stopDate", "status", "input", "inputDetails")
    answer = {member: execution[member] for member in members}
    for member in ("output", "outputDetails", "error", "cause"):
        if execution.get(member) is not None:
            answer[member] = execution[member]
    response: Response = json_response(answer)
    return response


def _checked(data: dict[str, Any]) -> tuple[dict[str, Any] | None, Response]:
    """The state machine, or the refusal of the request."""
    arn = data.get("stateMachineArn", "")
    base = sfn._resolve_state_machine_arn(arn)
    if base is None:
        return None, _refuse("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
    name, text = data.get("name"), data.get("input")
    if name is not None and not 1 <= len(name) <= _LONGEST_NAME:
        return None, _constraint("name", _LONGEST_NAME)
    if name is not None and _ILLEGAL_IN_NAME.search(name):
        return None, _refuse("InvalidName", f"Invalid Name: '{name}'")
    if text is not None and len(text.encode()) > limits.PAYLOAD_BYTES:
        return None, _constraint("input", limits.PAYLOAD_BYTES)
    try:
        json.loads(text or "{}")
    except ValueError as error:
        return None, _refuse("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'")
    return sfn._state_machines[base], (200, {}, b"")


def _repeated(existing: dict[str, Any], text: str) -> Response:
    arn = existing["executionArn"]
    if existing["status"] == "RUNNING" and existing["input"] == text:
        response: Response = json_response({"executionArn": arn, "startDate": existing["startDate"]})
        return response
    return _refuse("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")


def _arn(machine: dict[str, Any], name: str) -> str:
    prefix = f"arn:aws:states:{get_region()}:{get_account_id()}"
    if machine["type"] == "EXPRESS":
        return f"{prefix}:express:{machine['name']}:{name}:{new_uuid()}"
    return f"{prefix}:execution:{machine['name']}:{name}"


def _record(machine: dict[str, Any], name: str, text: str) -> dict[str, Any]:
    """A new execution in ministack's table, in the shape that the rest of ministack reads."""
    execution = {
        "executionArn": _arn(machine, name),
        "stateMachineArn": machine["stateMachineArn"],
        "name": name,
        "status": "RUNNING",
        "startDate": now_iso(),
        "stopDate": None,
        "input": text,
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": {"included": True},
        "testCase": "",
        "mockAttempts": {},
        "encryptionConfiguration": sfn._default_encryption(),
        "events": [],
        # Express workflows raise no status events: ministack's mark for that.
        "sync": machine["type"] == "EXPRESS",
    }
    sfn._executions[execution["executionArn"]] = execution
    details = {"executionStartedEventDetails": {"input": text, "roleArn": machine["roleArn"]}}
    sfn._add_event(execution, "ExecutionStarted", details)
    return execution


def _refuse(code: str, message: str) -> Response:
    response: Response = error_response_json(code, message, 400)
    return response


def _constraint(member: str, longest: int) -> Response:
    return _refuse(
        "ValidationException",
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must have length between 1 and {longest}",
    )
