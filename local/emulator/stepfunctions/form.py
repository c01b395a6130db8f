"""URL encoding of a JSON object, with the four ways to write an array.

``{"a": ["x", "y"]}`` is ``a[0]=x&a[1]=y`` (INDICES), ``a=x&a=y`` (REPEAT), ``a=x,y`` (COMMAS) or ``a[]=x&a[]=y``
(BRACKETS), and ``{"a": {"b": 1}}`` is ``a[b]=1`` ("Call HTTPS APIs in Step Functions workflows", developer guide).
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from typing import Any

ARRAY_FORMATS = ("INDICES", "REPEAT", "COMMAS", "BRACKETS")


def encode(members: dict[str, Any], array_format: str = "INDICES") -> str:
    """``application/x-www-form-urlencoded``, every name and value percent-encoded in UTF-8."""
    pairs = (pair for name, value in members.items() for pair in _pairs(name, value, array_format))
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _pairs(name: str, value: Any, array_format: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from _pairs(f"{name}[{member}]", inner, array_format)
    elif isinstance(value, list) and array_format == "COMMAS":
        yield name, ",".join(text(item) for item in value)
    elif isinstance(value, list):
        suffixes = {"INDICES": "[{}]", "REPEAT": "", "BRACKETS": "[]"}
        for index, item in enumerate(value):
            yield from _pairs(name + suffixes[array_format].format(index), item, array_format)
    else:
        yield name, text(value)


def text(value: Any) -> str:
    """A scalar as text: null is empty, the rest as in JSON without quotes."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _quoted(value: str) -> str:
    return urllib.parse.quote(value, safe="")
