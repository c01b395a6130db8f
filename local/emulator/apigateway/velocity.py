"""Renders mapping templates: Velocity by airspeed, with ``$input``, ``$util``, ``$context`` and ``$stageVariables``."""

from __future__ import annotations

import base64
import json
import urllib.parse
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import airspeed
from airspeed import operators

from emulator import jsonpath

TemplateError = airspeed.TemplateError


class JsonObject(dict[str, Any]):
    """An object whose text in a template is JSON."""

    def __str__(self) -> str:
        return json.dumps(self, separators=(",", ":"), ensure_ascii=False)


class JsonArray(list[Any]):
    """An array whose text in a template is JSON."""

    def __str__(self) -> str:
        return json.dumps(self, separators=(",", ":"), ensure_ascii=False)


def install_operators() -> None:
    """Correct airspeed where it is not Velocity: null is false in ``#if`` and true after ``!``; Java's methods."""
    operators.Condition.calculate = lambda self, names, loader: bool(self.expression.calculate(names, loader))
    operators.UnaryOperatorValue.calculate = lambda self, names, loader: not self.value.calculate(names, loader)
    methods = operators.__dict__["__additional_methods__"]
    methods[JsonObject] = {
        **methods[dict],
        "containsKey": lambda self, key: key in self,
        "isEmpty": lambda self: not self,
        "size": len,
    }
    methods[JsonArray] = methods[list]


@dataclass
class Call:
    """A request, or a backend's answer to it, as a template sees it."""

    body: str
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    context: JsonObject = field(default_factory=JsonObject)
    stage_variables: dict[str, str] = field(default_factory=dict)


@dataclass
class Rendered:
    """A template's text, and what it set in ``$context.responseOverride``."""

    text: str
    status: int | None
    headers: dict[str, str]


def render(template: str, call: Call) -> Rendered:
    """Render a template; TemplateError when it is not valid or fails."""
    override = JsonObject(header=JsonObject())
    context = JsonObject(call.context, responseOverride=override)
    names = {
        "input": Input(call),
        "util": Util(),
        "context": context,
        "stageVariables": JsonObject(call.stage_variables),
    }
    text = _compiled(template).merge(names)
    status = override.get("status")
    headers = {name: str(value) for name, value in override["header"].items()}
    return Rendered(text, None if status is None else int(status), headers)


@lru_cache(256)
def _compiled(template: str) -> airspeed.Template:
    """A template is parsed once, and holds nothing of what it is rendered with."""
    compiled = airspeed.Template(template)
    compiled.ensure_compiled()
    return compiled


class Input:
    """``$input``. An empty body is an empty object."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.body = call.body

    def path(self, path: str) -> Any:
        """The value at a JSONPath; null when there is none."""
        found = self._find(path)
        return None if found is jsonpath.MISSING else wrapped(found)

    def json(self, path: str) -> str:
        """The value at a JSONPath as JSON; an empty string when there is none."""
        found = self._find(path)
        return '""' if found is jsonpath.MISSING else json.dumps(found, separators=(",", ":"), ensure_ascii=False)

    def params(self, name: str | None = None) -> Any:
        """A parameter from the path, the query string or the headers, in this order; or all of them."""
        groups = {"path": self._call.path, "querystring": self._call.query, "header": self._call.headers}
        if name is None:
            return wrapped(groups)
        if name in self._call.path:
            return self._call.path[name]
        if name in self._call.query:
            return self._call.query[name]
        return next((value for key, value in self._call.headers.items() if key.lower() == name.lower()), "")

    def _find(self, path: str) -> Any:
        try:
            document = json.loads(self._call.body or "{}")
        except ValueError:
            return jsonpath.MISSING
        return jsonpath.find(path, document)


class Util:
    """``$util``."""

    @staticmethod
    def escapeJavaScript(text: Any) -> str:  # noqa: N802 - the name is API Gateway's
        return "".join(_escaped(character) for character in str(text))

    @staticmethod
    def parseJson(text: str) -> Any:  # noqa: N802
        return wrapped(json.loads(text))

    @staticmethod
    def urlEncode(text: Any) -> str:  # noqa: N802
        return urllib.parse.quote_plus(str(text), safe="*")

    @staticmethod
    def urlDecode(text: Any) -> str:  # noqa: N802
        return urllib.parse.unquote_plus(str(text))

    @staticmethod
    def base64Encode(text: Any) -> str:  # noqa: N802
        return base64.b64encode(str(text).encode()).decode()

    @staticmethod
    def base64Decode(text: Any) -> str:  # noqa: N802
        return base64.b64decode(str(text)).decode()


_NAMED_ESCAPES = {
    "'": "\\'", '"': '\\"', "\\": "\\\\", "/": "\\/",
    "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip


def _escaped(character: str) -> str:
    """As Apache Commons' StringEscapeUtils: outside ASCII, UTF-16 code units (two of them for an emoji)."""
    if character in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[character]
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04X}" for i in range(0, len(units), 2))


def wrapped(value: Any) -> Any:
    """A JSON value with objects and arrays that print as JSON."""
    if isinstance(value, dict):
        return JsonObject({name: wrapped(member) for name, member in value.items()})
    if isinstance(value, list):
        return JsonArray(wrapped(member) for member in value)
    return value
