"""The 256 KiB limit on what a state takes and gives, and no further state of an execution that is closed."""

from __future__ import annotations

import contextvars
import json
from typing import Any

from ministack.services import stepfunctions as sfn

from emulator import patching

PAYLOAD_BYTES = 262_144
"""256 KiB of UTF-8 (Step Functions quotas: maximum input or output size of a task, state or execution)."""

running: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar("running_execution", default=None)
"""The execution that the current thread works for. Threads of branches and map items inherit it."""

_STATE_HANDLERS = (
    "_execute_pass",
    "_execute_task",
    "_execute_choice",
    "_execute_wait",
    "_execute_parallel",
    "_execute_map",
)


def install() -> None:
    """Wrap the handler of every kind of state."""
    for name in _STATE_HANDLERS:
        patching.wrap(sfn, name, _limited)


def size(value: Any) -> int:
    """Bytes of a value as Step Functions would write it."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def check(value: Any, what: str) -> None:
    """States.DataLimitExceeded when a value is too large to be passed on."""
    if size(value) > PAYLOAD_BYTES:
        raise sfn._ExecutionError(
            "States.DataLimitExceeded",
            f"{what} has a size exceeding the maximum number of bytes service limit.",
        )


def _limited(original: patching.Function) -> patching.Function:
    def run(state: dict[str, Any], data: Any, *arguments: Any) -> tuple[Any, str | None]:
        execution = running.get()
        if execution is not None and execution["status"] != "RUNNING":
            raise sfn._ExecutionError("States.Runtime", "the execution is closed")
        output, following = original(state, data, *arguments)
        check(output, f"The output of a {state.get('Type')} state")
        return output, following

    return run
