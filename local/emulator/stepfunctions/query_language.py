"""JSONata where ministack is laxer: conditions are boolean, a Choice that falls through to its Default has the state's
Output, and a Wait has its limit.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import stepfunctions as sfn

from emulator import patching

Context = dict[str, Any]

_LONGEST_WAIT = 99_999_999
"""Seconds of a Wait state at most (Amazon States Language, "Wait state")."""


def install() -> None:
    """Replace the condition of JSONata choices, and wrap the choice and the wait."""
    patching.replace(sfn, "_evaluate_jsonata_choice_rule", _condition_holds)
    patching.wrap(sfn, "_execute_choice", _with_output_of_default)
    patching.wrap(sfn, "_jsonata_wait_seconds", _within_limit)


def is_jsonata(state: dict[str, Any], ctx: Context | None) -> bool:
    """Whether a state is written in JSONata."""
    return bool(sfn._state_query_language(state, ctx) == "JSONata")


def field(state: dict[str, Any], name: str, data: Any, ctx: Context) -> Any:
    """A field that may be a literal, a ``{% %}`` expression, or (JSONPath) the path in ``<name>Path``; else None."""
    if is_jsonata(state, ctx):
        return sfn._jsonata_state_field(state, name, "number", data, ctx) if name in state else None
    if f"{name}Path" in state:
        return sfn._resolve_path_or_ctx(state[f"{name}Path"], data, ctx)
    return state.get(name)


def _condition_holds(rule: dict[str, Any], data: Any, ctx: Context) -> bool:
    value = sfn._apply_jsonata_template(rule.get("Condition"), data, ctx)
    if not isinstance(value, bool):
        raise sfn._ExecutionError(
            "States.QueryEvaluationError",
            f"The JSONata expression of the field 'Condition' must be a boolean, but was: {json.dumps(value)}",
        )
    return value


def _with_output_of_default(original: patching.Function) -> patching.Function:
    def choose(state: dict[str, Any], data: Any, ctx: Context) -> tuple[Any, str]:
        output, following = original(state, data, ctx)
        if is_jsonata(state, ctx) and not any(_condition_holds(rule, data, ctx) for rule in state["Choices"]):
            output = sfn._apply_jsonata_output(state, data, ctx, default=output)
        return output, following

    return choose


def _within_limit(original: patching.Function) -> patching.Function:
    def seconds(*arguments: Any) -> Any:
        wait = original(*arguments)
        if wait > _LONGEST_WAIT:
            cause = f"Seconds cannot be greater than {_LONGEST_WAIT} but was: {json.dumps(wait)}"
            raise sfn._ExecutionError("States.QueryEvaluationError", cause)
        return wait

    return seconds
