"""Registers resource types with ministack's CloudFormation.

A handler runs on the emulator's event loop: it calls the services' functions directly. A call to the emulator's
own HTTP port would wait for the loop that it blocks.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from ministack import app
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
Provisioned = tuple[str, dict[str, Any]]
"""A physical id (what ``Ref`` answers) and the attributes (what ``Fn::GetAtt`` answers)."""

Create = Callable[[str, Properties, str], Provisioned]
"""(logical id, properties, stack name)."""
Update = Callable[[str, Properties, Properties, str], Provisioned]
"""(physical id, old properties, new properties, stack name); another physical id means a replacement."""
Delete = Callable[[str, Properties], None]


def register(resource_type: str, *, create: Create, update: Update, delete: Delete) -> None:
    """Add a resource type that ministack does not know."""
    provisioners._RESOURCE_HANDLERS[resource_type] = {"create": create, "update": update, "delete": delete}


def handlers(resource_type: str) -> dict[str, Any]:
    """The handlers of a type that ministack does know, to be wrapped in place."""
    found: dict[str, Any] = provisioners._RESOURCE_HANDLERS[resource_type]
    return found


def physical_name(stack_name: str, logical_id: str, longest: int) -> str:
    """A name as CloudFormation generates it: stable for a stack and a logical id."""
    name: str = provisioners._physical_name(stack_name, logical_id, max_len=longest)
    return name


def succeed(resource_type: str, response: tuple[int, dict[str, str], bytes | str]) -> dict[str, Any]:
    """The body of a service's answer; ValueError, which fails the resource, with the service's message."""
    status, _headers, body = response
    answer: dict[str, Any] = json.loads(body) if body else {}
    if status >= 400:
        raise ValueError(f"{resource_type}: {answer.get('message') or answer.get('Message') or answer}")
    return answer


def require(resource_type: str, properties: Properties, *names: str) -> None:
    """ValueError when a required property is missing or empty."""
    missing = [name for name in names if not properties.get(name)]
    if missing:
        raise ValueError(f"{resource_type}: required properties are missing: {', '.join(missing)}")


def schedule(start: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Run a coroutine on the emulator's event loop, soon; the handler does not wait for it."""
    loop: asyncio.AbstractEventLoop | None = app._MAIN_LOOP
    if loop is None:
        raise RuntimeError("the emulator serves no requests yet")
    loop.call_soon_threadsafe(lambda: loop.create_task(start()))
