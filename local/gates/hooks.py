"""What the OpenAPI document cannot say about valid requests, for schemathesis."""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.core import NOT_SET


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], **kwargs: Any) -> None:
    """Let a valid transaction stand in one place: in the body where there is one, and else in the query string."""
    is_valid = case.meta is not None and case.meta.generation.mode.is_positive
    if is_valid and case.path == "/transactions" and case.body is not NOT_SET:
        case.query = {}
