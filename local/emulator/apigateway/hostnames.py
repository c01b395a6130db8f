"""``<api id>.execute-api.<region>.amazonaws.com`` as the host of a request reaches the API, as on AWS."""

from __future__ import annotations

import re

from ministack import app

_HOST = re.compile(r"^([a-z0-9]{8,10})\.execute-api\.(?:localhost|127\.0\.0\.1|[a-z0-9-]+\.amazonaws\.com)(?::\d+)?$")


def install() -> None:
    """Replace the pattern, which knows one emulator host name alone."""
    app._EXECUTE_API_RE = _HOST
