from __future__ import annotations

import asyncio
from typing import Any

import pytest
from ministack.services import stepfunctions

from emulator.apigateway import integrations, timeout
from emulator.apigateway.velocity import Call


async def never(*_request: Any) -> Any:
    await asyncio.sleep(60)


@pytest.mark.parametrize(("integration", "longest"), [({"timeoutInMillis": 50}, 29.0), ({}, 0.05)])
def test_a_service_that_does_not_answer_in_time_is_a_timeout(
    monkeypatch: pytest.MonkeyPatch, integration: dict[str, Any], longest: float
) -> None:
    monkeypatch.setattr(stepfunctions, "handle_request", never)
    monkeypatch.setattr(timeout, "_SECONDS", longest)
    call = integrations._perform(integration, "states", "StartSyncExecution", Call("{}"))
    answer = asyncio.run(asyncio.wait_for(call, 10))
    assert answer.response_type == "INTEGRATION_TIMEOUT"
