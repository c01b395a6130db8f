"""PutEvents: an entry that lacks a part, or whose detail is no JSON object, fails alone; the others are published."""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import json_response
from ministack.services import eventbridge

from emulator import patching

Entry = dict[str, Any]
_REQUIRED = ("Source", "DetailType", "Detail")


def install() -> None:
    """Wrap the call, which takes any entry."""
    patching.wrap(eventbridge, "_put_events", _checking)


def _checking(original: patching.Function) -> patching.Function:
    def put_events(data: dict[str, Any], *arguments: Any, **named: Any) -> Any:
        entries: list[Entry] = data.get("Entries", [])
        failures = [failure(entry) for entry in entries]
        valid = [entry for entry, failed in zip(entries, failures, strict=True) if failed is None]
        if len(valid) == len(entries):
            return original(data, *arguments, **named)
        status, headers, body = original({**data, "Entries": valid}, *arguments, **named)
        if status >= 400:
            return status, headers, body
        answer = json.loads(body)
        published = iter(answer["Entries"])
        # The results stand in the order of the request.
        results = [next(published) if failed is None else failed for failed in failures]
        count = answer["FailedEntryCount"] + len(entries) - len(valid)
        return json_response({"FailedEntryCount": count, "Entries": results})

    return put_events


def failure(entry: Entry) -> dict[str, str] | None:
    """The result of an entry that EventBridge does not take; None for one that it takes."""
    for name in _REQUIRED:
        if not entry.get(name):
            reason = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": reason}
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return None
