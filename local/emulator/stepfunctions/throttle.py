"""StartExecution has a quota: what is over it is refused with ThrottlingException, as on AWS.

AWS counts calls a second, and so many that one machine never sees the quota. Here the executions that are at work are
counted, and the machine's two or four processors are the limit: without one, a file of 20,000 transactions is 20,000
threads and as many functions at once. An execution that waits, for a time or for a token, is not at work.

A call over HTTP waits a moment for its turn before it is refused: a refused one comes again, at a cost that this
machine does not have to spare.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ministack.services import stepfunctions as sfn

from emulator import patching

AT_WORK = 32
"""Executions at work at once. More would not be done sooner."""

_PATIENCE = 2.0
"""Seconds that a call waits for its turn; less than a function waits for an answer."""
_TURN = 0.01

_lock = threading.Lock()
_at_work = 0


def install() -> None:
    """Count around the runner, and leave out the time of Wait states."""
    patching.wrap(sfn, "_run_execution", _counted)
    patching.wrap(sfn, "_execute_wait", _not_counted)
    patching.wrap(sfn, "handle_request", _in_turn)


def is_over_quota() -> bool:
    """Whether another execution has to come later."""
    return _at_work >= AT_WORK


def _in_turn(original: patching.Function) -> patching.Function:
    async def handle(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        if headers.get("x-amz-target", "").endswith(".StartExecution"):
            deadline = time.monotonic() + _PATIENCE
            while is_over_quota() and time.monotonic() < deadline:
                await asyncio.sleep(_TURN)
        return await original(method, path, headers, *rest)

    return handle


@contextmanager
def waiting() -> Iterator[None]:
    """The time in which the running execution is not at work."""
    _count(-1)
    try:
        yield
    finally:
        _count(+1)


def _counted(original: patching.Function) -> patching.Function:
    def run(*arguments: Any) -> Any:
        _count(+1)
        try:
            return original(*arguments)
        finally:
            _count(-1)

    return run


def _not_counted(original: patching.Function) -> patching.Function:
    def wait(*arguments: Any, **named: Any) -> Any:
        with waiting():
            return original(*arguments, **named)

    return wait


def _count(change: int) -> None:
    global _at_work
    with _lock:
        _at_work += change
