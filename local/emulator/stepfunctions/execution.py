"""Runs an execution from its first state to its end, within the state machine's TimeoutSeconds.

It replaces ministack's runner, which waits 150 ms before each execution, knows no timeout, gives failed executions
an output, and lets a failure overwrite the status of an execution that was stopped.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from typing import Any

from ministack import app
from ministack.core.responses import now_iso
from ministack.services import stepfunctions as sfn

from emulator import patching
from emulator.stepfunctions import callbacks, limits

Execution = dict[str, Any]
Context = dict[str, Any]

EXPRESS_SECONDS = 300
"""The longest an Express workflow runs (Step Functions quotas)."""

_log = logging.getLogger("emulator.stepfunctions")
_PLAIN_STATES = {"Pass": "_execute_pass", "Choice": "_execute_choice", "Wait": "_execute_wait"}
_NESTING_STATES = {"Task": "_execute_task", "Parallel": "_execute_parallel", "Map": "_execute_map"}


def install() -> None:
    """Replace the runner and the end by a failure, and end what an execution still waits for when it is stopped."""
    patching.replace(sfn, "_run_execution", run)
    patching.replace(sfn, "_fail_execution", fail)
    patching.wrap(sfn, "_stop_execution", _ending_waits)


def run(arn: str) -> None:
    """Walk the definition to its end. Called on a thread of its own."""
    execution: Execution | None = sfn._executions.get(arn)
    if execution is None:
        return None
    machine = sfn._state_machines.get(execution["stateMachineArn"])
    if machine is None:
        return fail(execution, "States.Runtime", "the state machine was deleted")
    limits.running.set(execution)
    try:
        definition = json.loads(machine["definition"])
        _limit_duration(execution, _seconds(definition, machine))
        output = _walk(definition, execution, context_object(definition, execution, machine))
        _succeed(execution, output)
    except sfn._ExecutionError as error:
        fail(execution, error.error, error.cause)
    except Exception as error:  # A definition that ministack trips over must not leave the execution RUNNING.
        _log.exception("execution %s", arn)
        fail(execution, "States.Runtime", str(error))


def context_object(definition: dict[str, Any], execution: Execution, machine: dict[str, Any]) -> Context:
    """The context object (``$$``, ``$states.context``) with the interpreter's own two entries."""
    return {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "variables": {},
        "Execution": {
            "Id": execution["executionArn"],
            "Input": json.loads(execution["input"]),
            "Name": execution["name"],
            "RoleArn": machine["roleArn"],
            "StartTime": execution["startDate"],
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
    }


def _walk(definition: dict[str, Any], execution: Execution, ctx: Context) -> Any:
    name: str | None = definition["StartAt"]
    data = ctx["Execution"]["Input"]
    while name is not None and execution["status"] == "RUNNING":
        state = definition["States"].get(name)
        if state is None:
            raise sfn._ExecutionError("States.Runtime", f"the definition has no state {name}")
        kind = state["Type"]
        ctx["State"] = {"Name": name, "EnteredTime": now_iso(), "RetryCount": 0}
        _note(execution, f"{kind}StateEntered", "stateEnteredEventDetails", name=name, input=json.dumps(data))
        data, following = _enter(kind, state, data, execution, ctx)
        _note(execution, f"{kind}StateExited", "stateExitedEventDetails", name=name, output=json.dumps(data))
        name = following
    return data


def _enter(kind: str, state: dict[str, Any], data: Any, execution: Execution, ctx: Context) -> tuple[Any, str | None]:
    """A state's output and the next state's name. The handlers are looked up late: other modules wrap them."""
    if kind == "Fail":
        raise sfn._ExecutionError(*sfn._fail_state_error(state, data, ctx))
    if kind == "Succeed":
        return _succeed_state(state, data, ctx), None
    if kind in _NESTING_STATES:
        return getattr(sfn, _NESTING_STATES[kind])(state, data, execution, ctx)  # type: ignore[no-any-return]
    if kind in _PLAIN_STATES:
        return getattr(sfn, _PLAIN_STATES[kind])(state, data, ctx)  # type: ignore[no-any-return]
    raise sfn._ExecutionError("States.Runtime", f"there is no state type {kind}")


def _succeed_state(state: dict[str, Any], data: Any, ctx: Context) -> Any:
    if sfn._state_query_language(state, ctx) == "JSONata":
        return sfn._apply_jsonata_output(state, data, ctx, default=data)
    return sfn._apply_output_path(state, sfn._apply_input_path(state, data, ctx), ctx)


def _succeed(execution: Execution, output: Any) -> None:
    if execution["status"] != "RUNNING":
        return
    text = json.dumps(output)
    execution.update(status="SUCCEEDED", output=text, stopDate=now_iso())
    _note(execution, "ExecutionSucceeded", "executionSucceededEventDetails", output=text)
    sfn._emit_execution_status_event(execution)


def fail(execution: Execution, error: str, cause: str) -> None:
    """End an execution as FAILED, unless it has ended otherwise."""
    if execution["status"] != "RUNNING":
        return
    execution.update(status="FAILED", error=error, cause=cause, output=None, stopDate=now_iso())
    _note(execution, "ExecutionFailed", "executionFailedEventDetails", error=error, cause=cause)
    sfn._emit_execution_status_event(execution)


def _time_out(execution: Execution) -> None:
    if execution["status"] != "RUNNING":
        return
    execution.update(status="TIMED_OUT", error="States.Timeout", stopDate=now_iso())
    _note(execution, "ExecutionTimedOut", "executionTimedOutEventDetails", error="States.Timeout")
    callbacks.close_tasks_of(execution["executionArn"])
    sfn._emit_execution_status_event(execution)


def _seconds(definition: dict[str, Any], machine: dict[str, Any]) -> float | None:
    declared = definition.get("TimeoutSeconds")
    if machine["type"] != "EXPRESS":
        return declared
    return EXPRESS_SECONDS if declared is None else min(declared, EXPRESS_SECONDS)


def _limit_duration(execution: Execution, seconds: float | None) -> None:
    """A timer of the event loop, not a thread: thousands of executions may wait at once."""
    loop: asyncio.AbstractEventLoop | None = app._MAIN_LOOP
    if seconds is None or loop is None:
        return
    # The account and region of the execution, in which its event is published and its tokens are found.
    context = contextvars.copy_context()
    loop.call_soon_threadsafe(lambda: loop.call_later(seconds, lambda: context.run(_time_out, execution)))


def _note(execution: Execution, event: str, member: str, **details: Any) -> None:
    sfn._add_event(execution, event, {member: details})


def _ending_waits(original: patching.Function) -> patching.Function:
    def stop(data: dict[str, Any]) -> Any:
        response = original(data)
        if response[0] == 200:
            callbacks.close_tasks_of(data["executionArn"])
        return response

    return stop
