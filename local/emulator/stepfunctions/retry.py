"""Which errors a Retry or Catch takes, and how long a retry waits."""

from __future__ import annotations

import random
from typing import Any

from ministack.services import stepfunctions as sfn

from emulator import patching

_LONGEST_MINISTACK_DELAY = 60.0
"""ministack cuts every delay to a minute; a longer one is therefore shorter here than on AWS."""


def install() -> None:
    """Replace the matching of errors and extend the choice of a retrier by its delay."""
    patching.replace(sfn, "_error_matches", matches)
    patching.wrap(sfn, "_find_matching_retrier", _with_delay)


def matches(error_equals: list[str], error: str) -> bool:
    """Whether an ErrorEquals list takes an error.

    ``States.Runtime`` always fails the execution; ``States.ALL`` and ``States.TaskFailed`` do not take
    ``States.DataLimitExceeded``, and ``States.TaskFailed`` not ``States.Timeout`` (developer guide, "Handling
    errors in Step Functions workflows").
    """
    if error == "States.Runtime":
        return False
    if error in error_equals:
        return True
    if error == "States.DataLimitExceeded":
        return False
    return "States.ALL" in error_equals or ("States.TaskFailed" in error_equals and error != "States.Timeout")


def _with_delay(original: patching.Function) -> patching.Function:
    """ministack computes ``IntervalSeconds * BackoffRate ** count``: give it the delay with a rate of one."""

    def find(retriers: list[dict[str, Any]], error: str, counts: dict[int, int]) -> tuple[dict[str, Any] | None, int]:
        retrier, position = original(retriers, error, counts)
        if retrier is None:
            return None, position
        return {**retrier, "IntervalSeconds": delay(retrier, counts.get(position, 0)), "BackoffRate": 1}, position

    return find


def delay(retrier: dict[str, Any], retries: int) -> float:
    """Seconds before the next attempt, when ``retries`` were made already."""
    seconds = float(retrier.get("IntervalSeconds", 1)) * float(retrier.get("BackoffRate", 2.0)) ** retries
    seconds = min(seconds, float(retrier.get("MaxDelaySeconds", seconds)))
    if retrier.get("JitterStrategy", "NONE") == "FULL":
        seconds = random.uniform(0, seconds)
    return min(seconds, _LONGEST_MINISTACK_DELAY)
