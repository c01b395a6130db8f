"""The Task state: arguments, timeouts, retries and catchers, one attempt like the other.

It replaces ministack's, which knows no HeartbeatSeconds, no ``...SecondsPath`` and no JSONata in them, keeps one
task token for all attempts, and ignores a callback function that fails.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import get_region
from ministack.services import stepfunctions as sfn

from emulator import patching
from emulator.stepfunctions import callbacks, limits, throttle
from emulator.stepfunctions.query_language import field, is_jsonata

State = dict[str, Any]
Context = dict[str, Any]
_TOKEN_SUFFIX = ".waitForTaskToken"
_TIMEOUTS = ("States.Timeout", "States.HeartbeatTimeout")


def install() -> None:
    """Replace the Task state, and name the errors of a throttled function."""
    patching.replace(sfn, "_execute_task", execute)
    patching.wrap(sfn, "_call_lambda", _naming_throttles)


def execute(state: State, data: Any, execution: dict[str, Any], ctx: Context) -> tuple[Any, str | None]:
    """The state's output and the name of the next state (None: the end)."""
    retries: dict[int, int] = {}
    while True:
        ctx["State"]["RetryCount"] = sum(retries.values())
        try:
            return _attempt(state, data, execution, ctx), sfn._next_or_end(state)
        except sfn._ExecutionError as error:
            _note_failure(execution, state, error)
            retrier, position = sfn._find_matching_retrier(state.get("Retry", []), error.error, retries)
            if retrier is not None:
                with throttle.waiting():
                    sfn._scaled_sleep(retrier["IntervalSeconds"])
                if execution["status"] != "RUNNING":
                    raise sfn._ExecutionError("States.Runtime", "the execution is closed") from None
                retries[position] = retries.get(position, 0) + 1
                continue
            catcher = sfn._find_matching_catcher(state.get("Catch", []), error.error)
            if catcher is None:
                raise
            failure = {"Error": error.error, "Cause": error.cause}
            language = sfn._state_query_language(state, ctx)
            return sfn._apply_catcher(catcher, data, ctx, language, failure), catcher["Next"]


def _attempt(state: State, data: Any, execution: dict[str, Any], ctx: Context) -> Any:
    resource: str = state["Resource"]
    if resource.endswith(_TOKEN_SUFFIX):
        ctx["Task"] = {"Token": callbacks.new_token()}
    effective = data if is_jsonata(state, ctx) else sfn._apply_input_path(state, data, ctx)
    arguments = _arguments(state, effective, ctx)
    limits.check(arguments, "The input of a Task state")
    timeout = field(state, "TimeoutSeconds", effective, ctx)
    heartbeat = field(state, "HeartbeatSeconds", effective, ctx)
    _check_heartbeat(timeout, heartbeat)
    _note_schedule(execution, resource, arguments, timeout)
    if resource.endswith(_TOKEN_SUFFIX):
        result = _call_back(resource, arguments, ctx["Task"]["Token"], timeout, heartbeat)
    elif timeout is not None:
        result = sfn._invoke_resource_with_timeout(resource, arguments, timeout)
    else:
        result = sfn._invoke_resource(resource, arguments)
    limits.check(result, f"The result of the task {resource}")
    sfn._add_event(
        execution,
        "TaskSucceeded",
        {"taskSucceededEventDetails": {**_resource_details(resource), "output": json.dumps(result)}},
    )
    return _output(state, data, result, ctx)


def _check_heartbeat(timeout: float | None, heartbeat: float | None) -> None:
    """HeartbeatSeconds must be smaller than TimeoutSeconds (Amazon States Language, "Timeouts")."""
    if timeout is not None and heartbeat is not None and heartbeat >= timeout:
        cause = f"HeartbeatSeconds ({heartbeat}) must be smaller than TimeoutSeconds ({timeout})"
        raise sfn._ExecutionError("States.Runtime", cause)


def _arguments(state: State, effective: Any, ctx: Context) -> Any:
    if is_jsonata(state, ctx):
        return sfn._apply_jsonata_arguments(state, effective, ctx)
    return sfn._apply_parameters(state, effective, ctx)


def _output(state: State, data: Any, result: Any, ctx: Context) -> Any:
    if is_jsonata(state, ctx):
        output = sfn._apply_jsonata_output(state, data, ctx, result=result, default=result)
        sfn._apply_state_assign(state, data, ctx, result=result)
        return output
    selected = sfn._apply_result_selector(state, result)
    return sfn._apply_output_path(state, sfn._apply_result_path(state, data, selected), ctx)


def _call_back(resource: str, arguments: Any, token: str, timeout: float | None, heartbeat: float | None) -> Any:
    record = callbacks.open_task(token, timeout, heartbeat)
    try:
        try:
            sfn._invoke_resource(resource.removesuffix(_TOKEN_SUFFIX), arguments)
        except sfn._ExecutionError:
            # The holder of the token may have answered before the call itself failed: then the answer counts.
            if callbacks.close_unanswered(token):
                raise
        return callbacks.wait(record)
    finally:
        callbacks.close_task(token)


def _note_schedule(execution: dict[str, Any], resource: str, arguments: Any, timeout: float | None) -> None:
    details = {**_resource_details(resource), "region": get_region(), "parameters": json.dumps(arguments)}
    if timeout is not None:
        details["timeoutInSeconds"] = int(timeout)
    sfn._add_event(execution, "TaskScheduled", {"taskScheduledEventDetails": details})


def _note_failure(execution: dict[str, Any], state: State, error: Any) -> None:
    details = {**_resource_details(state["Resource"]), "error": error.error, "cause": error.cause}
    if error.error in _TIMEOUTS:
        sfn._add_event(execution, "TaskTimedOut", {"taskTimedOutEventDetails": details})
    else:
        sfn._add_event(execution, "TaskFailed", {"taskFailedEventDetails": details})


def _resource_details(resource: str) -> dict[str, str]:
    """``arn:aws:states:::dynamodb:putItem`` as resource type ``dynamodb`` and resource ``putItem``."""
    service, _, action = resource.removeprefix("arn:aws:states:::").rpartition(":")
    if resource.startswith("arn:aws:states:::"):
        return {"resourceType": service, "resource": action}
    return {"resourceType": "lambda", "resource": resource}


def _naming_throttles(original: patching.Function) -> patching.Function:
    def call(function: str, event: Any) -> Any:
        try:
            return original(function, event)
        except sfn._ExecutionError as error:
            if error.error == "Lambda.Unknown" and "TooManyRequests" in error.cause:
                raise sfn._ExecutionError("Lambda.TooManyRequestsException", error.cause) from None
            raise

    return call
