"""What API Gateway refuses before an integration runs, where ministack lets it pass.

Every refusal is a gateway response, so that the API's own templates, headers and status codes apply to it.
"""

from __future__ import annotations

import re
from typing import Any

from ministack.services import apigateway_v1 as rest

from emulator import patching

LONGEST_BODY = 10_485_760
"""10 MB (API Gateway quotas: payload size)."""

_SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 "
    r"Credential=[^/,\s]+/\d{8}/[a-z0-9-]+/execute-api/aws4_request,\s*"
    r"SignedHeaders=[a-z0-9;-]+,\s*"
    r"Signature=[0-9a-f]{64}"
)


def install() -> None:
    """Wrap the request's way through ministack at the points where AWS checks more."""
    patching.wrap(rest, "_execute_in_scope", _refusing_large_bodies)
    patching.wrap(rest, "_authorize_request_v1", _refusing_unsigned)
    patching.wrap(rest, "_invoke_authorizer_lambda", _refusing_in_one_word)
    patching.replace(rest, "_check_passthrough_behavior", check_media_type)


def _refusing_large_bodies(original: patching.Function) -> patching.Function:
    async def execute(request: dict[str, Any], api_id: str, stage_name: str, *rest_of_call: Any) -> Any:
        _method, _path, _headers, body, *_scope = rest_of_call
        stage = rest._stages_v1.get(api_id, {}).get(stage_name)
        if stage is not None and len(body or b"") > LONGEST_BODY:
            request["stage"] = stage
            return rest._gw_error("REQUEST_TOO_LARGE", f"HTTP content length exceeded {LONGEST_BODY} bytes.")
        return await original(request, api_id, stage_name, *rest_of_call)

    return execute


def _refusing_unsigned(original: patching.Function) -> patching.Function:
    """AWS_IAM: the signature is not verified, but it must look like one of Signature Version 4 for this service."""

    async def authorize(api_id: str, stage_name: str, method: dict[str, Any], *rest_of_call: Any) -> Any:
        headers: dict[str, Any] = rest_of_call[3]
        authorization = rest._header_ci(headers, "authorization")
        if method.get("authorizationType") == "AWS_IAM" and authorization and not is_signed(authorization):
            message = "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters."
            return rest._GatewayError("DEFAULT_4XX", message, "IncompleteSignatureException"), None
        return await original(api_id, stage_name, method, *rest_of_call)

    return authorize


def is_signed(authorization: str) -> bool:
    """Whether an Authorization header has the form that a signed execute-api request has."""
    return _SIGNATURE.fullmatch(authorization) is not None


def _refusing_in_one_word(original: patching.Function) -> patching.Function:
    """Only the error message ``Unauthorized``, in these letters, is a 401: ministack takes it in any case."""

    async def invoke(*arguments: Any) -> Any:
        result = await original(*arguments)
        body = (result or {}).get("body")
        if result and result.get("error") and isinstance(body, dict):
            message = body.get("errorMessage")
            if isinstance(message, str) and message != "Unauthorized":
                return {**result, "body": {**body, "errorMessage": f"authorizer failed: {message}"}}
        return result

    return invoke


def check_media_type(integration: dict[str, Any], headers: dict[str, Any]) -> Any:
    """The 415 of a passthroughBehavior that does not let this content type through, or None."""
    behaviour = integration.get("passthroughBehavior") or "WHEN_NO_MATCH"
    templates = integration.get("requestTemplates") or {}
    passes = behaviour == "WHEN_NO_MATCH" or (behaviour == "WHEN_NO_TEMPLATES" and not templates)
    if passes or integration.get("type", "").endswith("_PROXY"):
        return None
    if media_type(headers) in {name.lower() for name in templates}:
        return None
    return rest._gw_error("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")


def media_type(headers: dict[str, Any]) -> str:
    """A request's content type without parameters; ``application/json`` when it names none."""
    value: str = rest._header_ci(headers, "content-type") or "application/json"
    return value.split(";", 1)[0].strip().lower()
