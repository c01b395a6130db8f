"""``type: aws`` integrations with an ``action/`` URI, and the mapping of answers, all by mapping templates.

Covered are the services that our APIs call: Step Functions and DynamoDB, through their JSON protocols.
"""

from __future__ import annotations

import json
import logging
from types import ModuleType
from typing import Any

from ministack.core.responses import get_account_id, new_uuid, now_iso
from ministack.services import apigateway_v1 as rest
from ministack.services import dynamodb, stepfunctions

from emulator import jsonpath, patching
from emulator.apigateway import velocity
from emulator.apigateway.requests import media_type
from emulator.apigateway.timeout import in_time
from emulator.apigateway.velocity import Call, JsonObject

Response = tuple[int, dict[str, Any], bytes]
_log = logging.getLogger("emulator.apigateway")
_SERVICES: dict[str, tuple[str, ModuleType]] = {
    "states": ("AWSStepFunctions", stepfunctions),
    "dynamodb": ("DynamoDB_20120810", dynamodb),
}
"""Service in the integration's URI to the prefix of its X-Amz-Target and the module that serves it."""


def install() -> None:
    """Correct the template engine, and wrap mocks and the integration that takes most URIs for a function's."""
    velocity.install_operators()
    patching.wrap(rest, "_invoke_lambda_custom_v1", _serving_actions)
    patching.wrap(rest, "_invoke_mock_v1", _rendering_mocks)


def _serving_actions(original: patching.Function) -> patching.Function:
    async def invoke(
        integration: dict[str, Any],
        api_id: str,
        stage_name: str,
        stage: dict[str, Any],
        resource: dict[str, Any],
        path: str,
        method: str,
        headers: dict[str, Any],
        body: bytes,
        query: dict[str, Any],
        path_parameters: dict[str, str],
        **named: Any,
    ) -> Any:
        target = rest._parse_service_integration_uri(integration.get("uri", ""))
        if not target or target[2] != "action":
            return await original(
                integration, api_id, stage_name, stage, resource, path, method,
                headers, body, query, path_parameters, **named,
            )  # fmt: skip
        call = Call(
            body=(body or b"").decode("utf-8", "replace"),
            headers={name: _first(value) for name, value in headers.items()},
            query={name: _first(value) for name, value in (query or {}).items()},
            path=path_parameters or {},
            stage_variables=stage.get("variables") or {},
            context=_context(api_id, stage_name, resource, path, method, headers, named.get("authorizer_context")),
        )
        return await _perform(integration, target[1], target[3], call)

    return invoke


async def _perform(integration: dict[str, Any], service: str, action: str, call: Call) -> Any:
    if service not in _SERVICES:
        return rest._gw_error("API_CONFIGURATION_ERROR", "Internal server error")
    prefix, module = _SERVICES[service]
    templates = {name.lower(): text for name, text in (integration.get("requestTemplates") or {}).items()}
    template = templates.get(media_type(call.headers))
    try:
        request = call.body if template is None else velocity.render(template, call).text
    except Exception:  # A template fails in any way its author can think of; API Gateway answers 500.
        _log.exception("the request template of %s", integration.get("uri"))
        return rest._gw_error("API_CONFIGURATION_ERROR", "Internal server error")
    headers = {"x-amz-target": f"{prefix}.{action}"}
    answer = await in_time(integration, module.handle_request("POST", "/", headers, request.encode(), {}))
    if isinstance(answer, rest._GatewayError):
        return answer
    status, _headers, body = answer
    return respond(integration, status, body.decode() if isinstance(body, bytes) else body, call)


def respond(integration: dict[str, Any], status: int, answer: str, call: Call) -> Any:
    """The integration response whose pattern matches the backend's status (the default: the one without a pattern)."""
    selected = rest._select_service_integration_response(integration, status)
    if selected is None:
        return rest._gw_error("API_CONFIGURATION_ERROR", "Internal server error")
    headers: dict[str, Any] = {"Content-Type": "application/json"}
    for name, source in (selected.get("responseParameters") or {}).items():
        value = _mapped(source, answer, call)
        if value is not None:
            headers[name.removeprefix("method.response.header.")] = value
    template = (selected.get("responseTemplates") or {}).get("application/json")
    code = int(selected["statusCode"])
    if template is None:
        return code, headers, answer.encode()
    seen = Call(answer, call.headers, call.query, call.path, call.context, call.stage_variables)
    try:
        rendered = velocity.render(template, seen)
    except Exception:  # As above.
        _log.exception("the response template of %s", integration.get("uri"))
        return rest._gw_error("API_CONFIGURATION_ERROR", "Internal server error")
    return rendered.status or code, {**headers, **rendered.headers}, rendered.text.encode()


def _mapped(source: str, answer: str, call: Call) -> str | None:
    """A response parameter: a quoted literal, a path into the backend's body, or a context variable."""
    if source.startswith("'") and source.endswith("'"):
        return source[1:-1]
    if source.startswith("integration.response.body."):
        return _found("$." + source.removeprefix("integration.response.body."), json.loads(answer or "{}"))
    if source.startswith("context."):
        return _found("$." + source.removeprefix("context."), call.context)
    return None


def _found(path: str, document: Any) -> str | None:
    value = jsonpath.find(path, document)
    return None if value is jsonpath.MISSING or value is None else str(value)


def _context(
    api_id: str,
    stage: str,
    resource: dict[str, Any],
    path: str,
    method: str,
    headers: dict[str, Any],
    authorizer: dict[str, Any] | None,
) -> JsonObject:
    context: JsonObject = velocity.wrapped(
        {
            "accountId": get_account_id(),
            "apiId": api_id,
            "authorizer": authorizer or {},
            "httpMethod": method,
            "identity": {"sourceIp": "127.0.0.1", "userAgent": rest._header_ci(headers, "user-agent")},
            "path": f"/{stage}{path}",
            "requestId": new_uuid(),
            "requestTime": now_iso(),
            "resourcePath": resource["path"],
            "stage": stage,
        }
    )
    return context


def _rendering_mocks(original: patching.Function) -> patching.Function:
    def invoke(integration: dict[str, Any]) -> Any:
        status, headers, body = original(integration)
        rendered = velocity.render(body.decode(), Call(""))
        return rendered.status or status, {**headers, **rendered.headers}, rendered.text.encode()

    return invoke


def _first(value: Any) -> str:
    return str(value[-1] if isinstance(value, (list, tuple)) else value)
