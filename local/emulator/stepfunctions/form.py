"""URL encoding of a JSON object.

``{"a": ["x", "y"]}`` is ``a[0]=x&a[1]=y``, the default of four formats, and ``{"a": {"b": 1}}`` is ``a[b]=1`` ("Call
HTTPS APIs in Step Functions workflows", developer guide).
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from typing import Any


def encode(members: dict[str, Any]) -> str:
    """``application/x-www-form-urlencoded``, every name and value percent-encoded in UTF-8."""
    pairs = (pair for name, value in members.items() for pair in _pairs(name, value))
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, (dict, list)):
        for member, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _pairs(f"{name}[{member}]", inner)
    else:
        yield name, text(value)


def text(value: Any) -> str:
    """A scalar as text: null is empty, the rest as in JSON without quotes."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _quoted(value: str) -> str:
    return urllib.parse.quote(value, safe="")
