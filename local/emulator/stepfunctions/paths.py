"""JSONPath states are strict: a path that matches nothing fails the state, as on AWS, instead of giving null."""

from __future__ import annotations

import copy
import json
from typing import Any

from ministack.services import stepfunctions as sfn

from emulator import jsonpath, patching


def install() -> None:
    """Replace the resolver of paths and the writer of results, and wrap choice rules and intrinsic functions."""
    patching.replace(sfn, "_resolve_path", resolve)
    patching.replace(sfn, "_apply_result_path_raw", put_result)
    patching.wrap(sfn, "_evaluate_rule", _testing_presence)
    patching.wrap(sfn, "_evaluate_intrinsic", _naming_intrinsic_failure)


def resolve(path: str, data: Any) -> Any:
    """The value at ``path``; States.Runtime when there is none."""
    if not path or path == "$":
        return data
    try:
        value = jsonpath.find(path, data)
    except jsonpath.UnsupportedPath as error:
        raise sfn._ExecutionError("States.Runtime", str(error)) from None
    if value is jsonpath.MISSING:
        raise sfn._ExecutionError(
            "States.Runtime", f"The JSONPath '{path}' could not be found in the input '{json.dumps(data)}'"
        )
    return value


def put_result(result_path: str | None, original: Any, result: Any) -> Any:
    """The state's input with the result put at its ResultPath; missing members on the way are made."""
    if result_path is None:
        return copy.deepcopy(original)
    if result_path == "$":
        return result
    steps = jsonpath.parse(result_path)
    output = copy.deepcopy(original)
    target = output
    for position, step in enumerate(steps):
        if not isinstance(step, str) or not isinstance(target, dict):
            raise sfn._ExecutionError(
                "States.ResultPathMatchFailure",
                f"Unable to apply ResultPath '{result_path}' to input '{json.dumps(original)}'",
            )
        if position == len(steps) - 1:
            target[step] = result
        else:
            target = target.setdefault(step, {})
    return output


def _testing_presence(original: patching.Function) -> patching.Function:
    """``IsPresent`` is the one operator that takes a missing path; and a null that is there is present."""

    def evaluate(rule: dict[str, Any], data: Any, ctx: dict[str, Any] | None = None) -> bool:
        if "IsPresent" not in rule:
            return bool(original(rule, data, ctx))
        path: str = rule["Variable"]
        source = (ctx or {}) if path.startswith("$$") else data
        found = jsonpath.find(path.removeprefix("$") if path.startswith("$$") else path, source)
        return bool((found is not jsonpath.MISSING) == rule["IsPresent"])

    return evaluate


def _naming_intrinsic_failure(original: patching.Function) -> patching.Function:
    def evaluate(expression: str, data: Any, ctx: dict[str, Any] | None) -> Any:
        try:
            return original(expression, data, ctx)
        except sfn._ExecutionError:
            raise
        except Exception as error:  # Whatever an intrinsic function trips over is one error on AWS.
            raise sfn._ExecutionError("States.IntrinsicFailure", f"{expression}: {error}") from error

    return evaluate
