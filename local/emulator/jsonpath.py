"""The JSONPath that Step Functions and API Gateway have in common, without guesses.

Supported: ``$``, ``.name``, ``['name']``, ``[0]``, ``[-1]``, ``.*`` and ``[*]``. Filters, slices and ``..`` are
refused by an error rather than answered by nothing.
"""

from __future__ import annotations

import re
from typing import Any, Final

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]*()?@'"\s]+)
      | \[\s*'(?P<single>(?:[^'\\]|\\.)*)'\s*\]
      | \[\s*"(?P<double>(?:[^"\\]|\\.)*)"\s*\]
      | \[\s*(?P<index>-?\d+)\s*\]
      | (?P<every>\.\*|\[\s*\*\s*\])""",
    re.VERBOSE,
)


class Missing:
    """What a path answers that matches nothing. Not None: null is a value."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
EVERY: Final = object()
Step = str | int | object
"""A member's name, an index, or EVERY."""


class UnsupportedPath(ValueError):
    """A path that is no JSONPath, or uses a part of it that is not supported here."""


def parse(path: str) -> list[Step]:
    """The steps of a path that begins with ``$``."""
    if not path.startswith("$"):
        raise UnsupportedPath(f"the path {path!r} does not begin with $")
    steps: list[Step] = []
    position = 1
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise UnsupportedPath(f"the path {path!r} is not supported from position {position}")
        steps.append(_step(match))
        position = match.end()
    return steps


def _step(match: re.Match[str]) -> Step:
    if match["every"]:
        return EVERY
    if match["index"]:
        return int(match["index"])
    if match["name"]:
        return match["name"]
    quoted = match["single"] if match["single"] is not None else match["double"]
    return re.sub(r"\\(.)", r"\1", quoted)


def find(path: str, document: Any) -> Any:
    """What ``path`` selects: a list when it has a wildcard, else the one value, or MISSING."""
    steps = parse(path)
    selected = [document]
    for step in steps:
        selected = [child for value in selected for child in _children(value, step)]
    if EVERY in steps:
        return selected
    return selected[0] if selected else MISSING


def _children(value: Any, step: Step) -> list[Any]:
    if step is EVERY:
        return list(value) if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
