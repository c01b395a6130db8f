"""The history of executions in a bounded memory: a large file is tens of thousands of executions.

Step Functions keeps a history for 90 days; here the newest executions that have ended keep theirs, and a payload in
an event is left out where it is long (``truncated``, as on AWS). Input and output of the execution itself stay whole.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from ministack.services import stepfunctions as sfn

from emulator import patching

ENDED_EXECUTIONS = 2000
"""How many executions that have ended keep their history."""

PAYLOAD_CHARACTERS = 4096
"""The longest payload of an event that is kept."""

_PAYLOADS = ("input", "output", "parameters")
_ENDS = frozenset({"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})
_ended: deque[dict[str, Any]] = deque()


def install() -> None:
    """Wrap the function through which every history event passes; after ``logs``, which writes payloads whole."""
    patching.wrap(sfn, "_add_event", _bounded)


def _bounded(original: patching.Function) -> patching.Function:
    def add(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
        event: dict[str, Any] = original(execution, event_type, details)
        for name, member in event.items():
            if name.endswith("EventDetails"):
                event[name] = _shortened(member)
        if event_type in _ENDS:
            _ended.append(execution)
            if len(_ended) > ENDED_EXECUTIONS:
                _ended.popleft()["events"] = []
        return event

    return add


def _shortened(details: dict[str, Any]) -> dict[str, Any]:
    long = [name for name in _PAYLOADS if len(details.get(name) or "") > PAYLOAD_CHARACTERS]
    kept = {name: value for name, value in details.items() if name not in long}
    return {**kept, **{f"{name}Details": {"truncated": True} for name in long if name != "parameters"}}
