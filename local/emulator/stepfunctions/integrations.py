"""Service integrations: ``apigateway:invoke``, and the finer points of ``events:putEvents`` and ``sns:publish``."""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import re
import urllib.parse
from http import HTTPStatus
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions as sfn

from emulator import patching
from emulator.stepfunctions import limits

Arguments = dict[str, Any]
_SECONDS = 29.0
"""API Gateway's integration timeout: no answer takes longer."""


def install() -> None:
    """Add the one integration that is missing and wrap two that are there, in ministack's own table."""
    table = sfn._SERVICE_DISPATCH
    table["arn:aws:states:::apigateway:invoke"] = invoke_api
    _wrap_entry("arn:aws:states:::events:putEvents", _checking_entries)
    _wrap_entry("arn:aws:states:::sns:publish", _with_text_message)


def _wrap_entry(resource: str, make: Any) -> None:
    sfn._SERVICE_DISPATCH[resource] = make(sfn._SERVICE_DISPATCH[resource])


def invoke_api(_resource: str, arguments: Arguments) -> dict[str, Any]:
    """``apigateway:invoke``: a request to a REST API of this emulator.

    Fails with ``ApiGateway.<status>`` for a status of 400 and more, the cause being the body, and with
    ``ApiGateway.SdkClientException`` where no API can be reached.
    """
    request = app._handle_execute_api_request(
        arguments["ApiEndpoint"],
        _path(arguments),
        arguments.get("Method", "GET"),
        _headers(arguments),
        _body(arguments.get("RequestBody")),
        _query(arguments.get("QueryParameters")),
    )
    try:
        answer = asyncio.run_coroutine_threadsafe(request, app._MAIN_LOOP).result(_SECONDS)
    except concurrent.futures.TimeoutError:
        raise sfn._ExecutionError("ApiGateway.504", '{"message": "Endpoint request timed out"}') from None
    if answer is None:
        raise sfn._ExecutionError("ApiGateway.SdkClientException", f"Unknown host: {arguments['ApiEndpoint']}")
    status, headers, body = answer
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    if status >= 400:
        raise sfn._ExecutionError(f"ApiGateway.{status}", text)
    return {
        "Headers": {name: value if isinstance(value, list) else [value] for name, value in headers.items()},
        "ResponseBody": _parsed(text),
        "StatusCode": status,
        "StatusText": HTTPStatus(status).phrase,
    }


def _path(arguments: Arguments) -> str:
    stage = f"/{arguments['Stage']}" if arguments.get("Stage") else ""
    return urllib.parse.unquote(stage + (arguments.get("Path") or "/"))


def _headers(arguments: Arguments) -> dict[str, str]:
    """Lower-case names, as ministack's server hands them on."""
    headers = {name.lower(): _first(value) for name, value in (arguments.get("Headers") or {}).items()}
    headers.setdefault("content-type", "application/json")
    headers["host"] = arguments["ApiEndpoint"]
    if arguments.get("AuthType") == "IAM_ROLE":
        scope = f"{get_account_id()}/20260101/{get_region()}/execute-api/aws4_request"
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
        )
    return headers


def _query(parameters: dict[str, Any] | None) -> dict[str, list[str]]:
    return {
        name: [str(v) for v in (value if isinstance(value, list) else [value])]
        for name, value in (parameters or {}).items()
    }


def _body(value: Any) -> bytes:
    if value is None:
        return b""
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) and value else value)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _checking_entries(original: patching.Function) -> patching.Function:
    """Details may be objects, the execution is a resource of each event, and one failed entry fails the task."""

    def put_events(resource: str, arguments: Arguments) -> dict[str, Any]:
        entries = [_entry(entry) for entry in arguments.get("Entries", [])]
        answer: dict[str, Any] = original(resource, {**arguments, "Entries": entries})
        if answer.get("FailedEntryCount"):
            raise sfn._ExecutionError("EventBridge.FailedEntry", json.dumps(answer))
        return answer

    return put_events


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    detail = entry.get("Detail", {})
    execution = limits.running.get()
    own = [execution["executionArn"], execution["stateMachineArn"]] if execution else []
    return {
        **entry,
        "Detail": detail if isinstance(detail, str) else json.dumps(detail),
        "Resources": [*entry.get("Resources", []), *own],
    }


def _with_text_message(original: patching.Function) -> patching.Function:
    """A message may be an object; an error is named by its code."""

    def publish(resource: str, arguments: Arguments) -> Any:
        message = arguments.get("Message")
        if message is not None and not isinstance(message, str):
            arguments = {**arguments, "Message": json.dumps(message)}
        try:
            return original(resource, arguments)
        except sfn._ExecutionError as error:
            code = re.search(r"<Code>(\w+)</Code>", error.cause or "")
            if code is None:
                raise
            raise sfn._ExecutionError(f"SNS.{code[1].removesuffix('Exception')}Exception", error.cause) from None

    return publish
