from __future__ import annotations

import subprocess
import threading
from typing import Any

from ministack.core import lambda_runtime

from conftest import wait_until
from emulator.lambda_latency import in_the_background


class Environment:
    """A function's environment whose server takes its time to end."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(["sleep", "60"])
        self._proc: Any = self.process
        self.may_end, self.has_ended = threading.Event(), threading.Event()

    def _discard_tmpdir(self) -> None:
        self.may_end.wait(10)
        self.has_ended.set()


def test_nobody_waits_for_the_end_of_environments() -> None:
    environments = [Environment(), Environment()]
    in_the_background(lambda_runtime.kill_workers)([*environments, None])
    # Neither server has ended, and the call has returned.
    for environment in environments:
        assert not environment.has_ended.is_set()
        assert environment.process.wait(5) == -15
        environment.may_end.set()
    wait_until(lambda: all(environment.has_ended.is_set() for environment in environments), 5)
