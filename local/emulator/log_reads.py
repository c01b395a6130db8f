"""Reads of CloudWatch Logs beside writes.

Functions and executions write from threads of their own, and ministack walks through its dictionaries without a lock:
a read that meets a write fails, and is repeated.
"""

from __future__ import annotations

from typing import Any

from ministack.services import cloudwatch_logs

from emulator import patching

_READS = ("_describe_log_groups", "_describe_log_streams", "_get_log_events", "_filter_log_events")
_ATTEMPTS = 20


def install() -> None:
    """Wrap the reads."""
    for name in _READS:
        patching.wrap(cloudwatch_logs, name, repeated)


def repeated(original: patching.Function) -> patching.Function:
    """``original``, called again where a dictionary changed under it."""

    def read(data: dict[str, Any]) -> Any:
        for _attempt in range(_ATTEMPTS - 1):
            try:
                return original(data)
            except RuntimeError:
                continue
        return original(data)

    return read
