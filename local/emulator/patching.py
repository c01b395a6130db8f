"""The only two ways in which this package changes ministack: put a function in another's place, or around it.

Both refuse a name that ministack does not have, so that a rename in another version is an error at start
and not a feature that is quietly absent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def replace(owner: Any, name: str, replacement: Function) -> None:
    """Put ``replacement`` in the place of ``owner.name``."""
    _existing(owner, name)
    setattr(owner, name, replacement)


def wrap(owner: Any, name: str, make: Callable[[Function], Function]) -> None:
    """Put ``make(original)`` in the place of ``owner.name``."""
    replace(owner, name, make(_existing(owner, name)))


def _existing(owner: Any, name: str) -> Function:
    found: Function | None = getattr(owner, name, None)
    if not callable(found):
        raise RuntimeError(f"{owner.__name__} has no function {name}: this ministack is not the pinned one")
    return found
