"""Invocations without artificial waits: a warm Rust function answers in 10 ms instead of 100 ms.

Two causes, both in the emulated Lambda service: Nagle's algorithm together with delayed acknowledgements on the
Runtime API's small writes (40 ms each way), and 50 ms of waiting for the first log line of a function that logs
nothing.

And the end of many environments at once, when their function is updated: ministack closes them on the event loop, one
after the other, and each takes until its server looks up, a tenth of a second or a third on a busy machine. A function
that had just answered two hundred callbacks kept everybody waiting for a minute.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterable
from typing import Any

from ministack.core import lambda_runtime

from emulator import patching

_FIRST_LINE_SECONDS, _IDLE_SECONDS, _LONGEST_SECONDS = 0.004, 0.002, 0.25


def install() -> None:
    """Switch Nagle's algorithm off for the Runtime API, shorten the waits for log lines, end in the background."""
    # The Runtime API's handler is a class made inside a function; its base class is the nearest reachable place.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    workers = [kind for kind in vars(lambda_runtime).values() if isinstance(kind, type)]
    drains = [vars(kind)["_drain_stderr_bounded"] for kind in workers if "_drain_stderr_bounded" in vars(kind)]
    if not drains:
        raise RuntimeError("ministack's Lambda workers have no _drain_stderr_bounded")
    for drain in drains:
        drain.__defaults__ = (_FIRST_LINE_SECONDS, _IDLE_SECONDS, _LONGEST_SECONDS)
    patching.wrap(lambda_runtime, "kill_workers", in_the_background)


def in_the_background(original: patching.Function) -> patching.Function:
    """The processes are told to end at once, and all the waiting is a thread's."""

    def kill(workers: Iterable[Any]) -> None:
        doomed = [worker for worker in workers if worker is not None]
        for worker in doomed:
            lambda_runtime._signal(worker._proc)
        if doomed:
            threading.Thread(target=original, args=(doomed,), daemon=True).start()

    return kill
