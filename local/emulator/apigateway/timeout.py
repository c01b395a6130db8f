"""The integration timeout: how long API Gateway waits for a backend."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from ministack.services import apigateway_v1 as rest

_SECONDS = 29.0
"""The longest (API Gateway quotas: integration timeout), unless the integration has a ``timeoutInMillis``."""


async def in_time(integration: dict[str, Any], answer: Awaitable[Any]) -> Any:
    """The backend's answer, or the 504 of INTEGRATION_TIMEOUT; raises what the answer raises."""
    milliseconds = integration.get("timeoutInMillis")
    call = asyncio.ensure_future(answer)
    done, _pending = await asyncio.wait({call}, timeout=int(milliseconds) / 1000 if milliseconds else _SECONDS)
    if done:
        return call.result()
    # The backend goes on: API Gateway stops waiting, it does not stop what it called.
    call.add_done_callback(lambda late: late.cancelled() or late.exception())
    return rest._gw_error("INTEGRATION_TIMEOUT", "Endpoint request timed out")
