"""StartExecution's quota, by the machine's own count."""

from __future__ import annotations

from emulator.stepfunctions.throttle import AT_WORK
from machines import Machines


def test_executions_that_wait_are_not_over_the_quota(machines: Machines) -> None:
    arn = machines.create({"Wait": {"Type": "Wait", "Seconds": 3, "End": True}})
    executions = [machines.start(arn) for _ in range(AT_WORK * 2)]
    assert all(machines.end(execution)["status"] == "SUCCEEDED" for execution in executions)
