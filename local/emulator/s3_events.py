"""S3's ``Object Created`` event names the version it made, as on AWS, when the bucket is versioned."""

from __future__ import annotations

import contextvars
import json
from typing import Any

from ministack.services import eventbridge, s3

from emulator import patching

_version_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("s3_event_version_id", default=None)
"""The version of the event that is being built. ministack builds and dispatches it in one call, on one thread."""


def install() -> None:
    """Wrap the function that builds the event, which knows the version, and the one that dispatches it."""
    patching.wrap(s3, "_fire_s3_event", _remembering_version)
    patching.wrap(eventbridge, "_dispatch_event", _naming_version)


def _remembering_version(original: patching.Function) -> patching.Function:
    def fire(*arguments: Any, version_id: str | None = None, **named: Any) -> None:
        token = _version_id.set(version_id)
        try:
            original(*arguments, version_id=version_id, **named)
        finally:
            _version_id.reset(token)

    return fire


def _naming_version(original: patching.Function) -> patching.Function:
    def dispatch(event: dict[str, Any], *arguments: Any, **named: Any) -> Any:
        version = _version_id.get()
        if version and event.get("Source") == "aws.s3" and event.get("DetailType", "").startswith("Object "):
            event = {**event, "Detail": with_version(event["Detail"], version)}
        return original(event, *arguments, **named)

    return dispatch


def with_version(detail: str, version: str) -> str:
    """The event's detail (JSON) with ``object.version-id``."""
    parsed = json.loads(detail)
    parsed["object"]["version-id"] = version
    return json.dumps(parsed)
