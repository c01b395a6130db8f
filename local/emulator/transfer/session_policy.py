"""Decides by a user's session policy whether an S3 action on an object is allowed.

The policy language's part that session policies of this kind use: Effect, Action, NotAction, Resource, NotResource
and ``*``/``?`` wildcards. A statement with a Condition counts as an Allow, never as a Deny, because conditions are not
evaluated.
"""

from __future__ import annotations

import json
import re
from typing import Any


def allows(policy: str | None, action: str, bucket: str, key: str) -> bool:
    """Whether a session policy (JSON; None: there is none) lets ``action`` happen.

    A Deny wins; what no statement allows is denied.
    """
    if not policy:
        return True
    statements = json.loads(policy).get("Statement", [])
    arn = f"arn:aws:s3:::{bucket}/{key}"
    allowed = False
    for statement in statements if isinstance(statements, list) else [statements]:
        if not _applies(statement, action, arn):
            continue
        if statement["Effect"] == "Allow":
            allowed = True
        elif "Condition" not in statement:
            return False
    return allowed


def _applies(statement: dict[str, Any], action: str, arn: str) -> bool:
    return _selects(statement, "Action", action.lower(), str.lower) and _selects(statement, "Resource", arn, str)


def _selects(statement: dict[str, Any], element: str, value: str, fold: Any) -> bool:
    if f"Not{element}" in statement:
        return not any(_matches(fold(pattern), value) for pattern in _listed(statement[f"Not{element}"]))
    return any(_matches(fold(pattern), value) for pattern in _listed(statement.get(element, [])))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _matches(pattern: str, value: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), value, re.DOTALL) is not None
