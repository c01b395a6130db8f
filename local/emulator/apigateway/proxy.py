"""``aws_proxy`` integrations: only a well-formed answer of the function passes.

A function that fails, or answers in another form, is a 502 through the DEFAULT_5XX gateway response with API Gateway's
own text: what the function said stays inside. One that is throttled is a 500, one that takes too long a 504.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import apigateway_v1 as rest

from emulator import patching
from emulator.apigateway.timeout import in_time

_MEMBERS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_TEXT = "Internal server error"


class MalformedAnswer(Exception):
    """The function failed, or its answer is not a proxy response."""


class Throttled(Exception):
    """The function was not invoked."""


class BadGateway(rest._GatewayError):  # type: ignore[misc]
    """DEFAULT_5XX whose own status is 502."""

    def __init__(self) -> None:
        super().__init__("DEFAULT_5XX", _TEXT)


def install() -> None:
    """Replace the reading of answers, and wrap the invocation and the rendering of gateway responses."""
    patching.replace(rest, "_lambda_proxy_response", lambda result: (proxy_answer(result), None))
    patching.wrap(rest, "_invoke_lambda_proxy_v1", _answering_for_the_function)
    patching.wrap(rest, "_gateway_error_response", _with_status_502)


def proxy_answer(result: dict[str, Any]) -> dict[str, Any]:
    """The proxy response in an invocation's result; MalformedAnswer or Throttled."""
    if result.get("throttle"):
        raise Throttled
    if result.get("error"):
        raise MalformedAnswer
    answer = result.get("body")
    if isinstance(answer, (str, bytes)):
        try:
            answer = json.loads(answer)
        except ValueError:
            raise MalformedAnswer from None
    if not isinstance(answer, dict) or not answer.keys() <= _MEMBERS:
        raise MalformedAnswer
    status, body = answer.get("statusCode", 200), answer.get("body")
    if isinstance(status, bool) or not str(status).isdigit() or not isinstance(body, (str, type(None))):
        raise MalformedAnswer
    return {**answer, "statusCode": int(status), "body": body or ""}


def _answering_for_the_function(original: patching.Function) -> patching.Function:
    async def invoke(integration: dict[str, Any], *arguments: Any, **named: Any) -> Any:
        try:
            return await in_time(integration, original(integration, *arguments, **named))
        except MalformedAnswer:
            return BadGateway()
        except Throttled:
            return rest._gw_error("API_CONFIGURATION_ERROR", _TEXT)

    return invoke


def _with_status_502(original: patching.Function) -> patching.Function:
    def render(error: Any, request: dict[str, Any]) -> tuple[int, dict[str, Any], bytes]:
        status, headers, body = original(error, request)
        if isinstance(error, BadGateway) and not _customised_status(request):
            status = 502
        return status, headers, body

    return render


def _customised_status(request: dict[str, Any]) -> str | None:
    deployed = rest._deployed_gateway_responses.get(request["api_id"], {})
    responses = deployed.get(request["stage"].get("deploymentId")) or {}
    return (responses.get("DEFAULT_5XX") or {}).get("statusCode")
