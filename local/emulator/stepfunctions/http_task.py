"""``http:invoke``: a request to a third party with the credentials of an EventBridge connection.

AWS calls HTTPS endpoints alone; here an endpoint may also be HTTP on the loopback interface. What the connection
adds to headers, query and body takes precedence over what the state says ("Call HTTPS APIs in Step Functions
workflows", developer guide). Redirects are not followed, and certificates are verified.
"""

from __future__ import annotations

import concurrent.futures
import contextvars
import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ministack.core.responses import get_region
from ministack.services import eventbridge
from ministack.services import stepfunctions as sfn

from emulator.events import connections
from emulator.stepfunctions import form, limits

Arguments = dict[str, Any]
LONGEST_SECONDS = 60.0
"""A TimeoutSeconds of the state ends the wait earlier, as States.Timeout."""

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")
_FORBIDDEN_HEADER = re.compile(
    r"x-forwarded-.*|x-amzn?-.*|a-im|accept-(charset|datetime|encoding)|authorization|cache-control|connection"
    r"|content-(encoding|md5)|date|expect|forwarded|from|host|http2-settings"
    r"|if-(match|modified-since|none-match|range|unmodified-since)|max-forwards|origin|pragma|proxy-authorization"
    r"|referer|server|te|trailer|transfer-encoding|upgrade|via|warning",
    re.IGNORECASE,
)
_BINARY = re.compile(r"application/octet-stream|(image|video|audio)/.*")


@dataclass(frozen=True)
class _Answer:
    status: int
    reason: str
    headers: dict[str, list[str]]
    media_type: str
    body: bytes


def install() -> None:
    """Add the integration to ministack's own table."""
    sfn._SERVICE_DISPATCH["arn:aws:states:::http:invoke"] = invoke


def invoke(_resource: str, arguments: Arguments) -> dict[str, Any]:
    """Headers, ResponseBody, StatusCode and StatusText of the answer.

    Fails with ``States.Http.StatusCode.<status>`` for any status but 2xx, the cause being the body, with
    ``States.Http.Socket`` where there is no answer within 60 s or none at all, and with
    ``Events.ConnectionResource.<reason>`` for a connection that cannot be used. No cause holds a credential of ours.
    """
    request = _request(arguments)
    answer = _send(request)
    body = _read(answer)
    if not 200 <= answer.status < 300:
        raise sfn._ExecutionError(f"States.Http.StatusCode.{answer.status}", body)
    is_json = answer.media_type == "application/json" or answer.media_type.endswith("+json")
    return {
        "Headers": answer.headers,
        "ResponseBody": _parsed(body) if is_json else body,
        "StatusCode": answer.status,
        "StatusText": answer.reason or HTTPStatus(answer.status).phrase,
    }


def _request(arguments: Arguments) -> urllib.request.Request:
    endpoint, method = arguments.get("ApiEndpoint", ""), arguments.get("Method")
    if not connections.is_reachable(endpoint):
        raise _invalid("ApiEndpoint must be an HTTPS URL")
    if method not in _METHODS:
        raise _invalid(f"Method must be one of {', '.join(_METHODS)}")
    authorization = _authorization(arguments)
    headers = {
        "User-Agent": f"Amazon|StepFunctions|HttpInvoke|{get_region()}",
        "Range": f"bytes=0-{limits.PAYLOAD_BYTES}",
        "Content-Type": "application/json",
        **_headers(arguments.get("Headers") or {}),
        **_titled(authorization.headers),
    }
    body = _body(arguments, authorization.body)
    if body is None:
        headers.pop("Content-Type")
    url = _url(endpoint, arguments.get("QueryParameters") or {}, authorization.query)
    return urllib.request.Request(url, data=body, headers=headers, method=method)


def _authorization(arguments: Arguments) -> connections.Authorization:
    place = arguments.get("Authentication") or arguments.get("InvocationConfig") or {}
    if not place.get("ConnectionArn"):
        raise _invalid("a ConnectionArn is required")
    try:
        return connections.authorize(place["ConnectionArn"])
    except connections.Unusable as error:
        raise sfn._ExecutionError(f"Events.ConnectionResource.{error.code}", str(error)) from None


def _headers(declared: dict[str, Any]) -> dict[str, str]:
    for name in declared:
        if _FORBIDDEN_HEADER.fullmatch(name):
            raise _invalid(f"the header {name} may not be set")
    return _titled({name: ", ".join(form.text(item) for item in _list(value)) for name, value in declared.items()})


def _titled(headers: dict[str, str]) -> dict[str, str]:
    """One letter case for each name, so that a later one replaces an earlier one."""
    return {name.title(): value for name, value in headers.items()}


def _url(endpoint: str, declared: dict[str, Any], added: dict[str, str]) -> str:
    parts = urllib.parse.urlsplit(endpoint)
    query = urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
    query += [(name, form.text(item)) for name, value in declared.items() for item in _list(value)]
    query = [(name, value) for name, value in query if name not in added] + list(added.items())
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(query), fragment=""))


def _body(arguments: Arguments, added: dict[str, str]) -> bytes | None:
    body = arguments.get("RequestBody")
    if added:
        if not isinstance(body, (dict, type(None))):
            raise _invalid("a RequestBody that is no object cannot be merged with the connection's")
        body = {**(body or {}), **added}
    if body is None:
        return None
    transform = arguments.get("Transform") or {}
    if (transform.get("RequestEncodingOptions") or {}).get("ArrayFormat", "INDICES") != "INDICES":
        raise _invalid("ArrayFormat may be INDICES alone: the emulator has no other")
    if transform.get("RequestBodyEncoding") == "URL_ENCODED" and isinstance(body, dict):
        return form.encode(body).encode()
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()


def _send(request: urllib.request.Request) -> _Answer:
    """The answer, or States.Http.Socket: on a thread of its own, because a body may come byte by byte."""
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=1)
    future = pool.submit(contextvars.copy_context().run, _exchange, request)
    pool.shutdown(wait=False)
    try:
        return future.result(LONGEST_SECONDS)
    except (TimeoutError, concurrent.futures.TimeoutError):
        cause = f"no answer within {LONGEST_SECONDS:g} seconds"
    except (OSError, ValueError, http.client.HTTPException) as error:
        # Its text may quote a header, so its name must do.
        reason = getattr(error, "reason", error)
        cause = f"the request failed: {type(reason).__name__}"
    raise sfn._ExecutionError("States.Http.Socket", cause)


def _exchange(request: urllib.request.Request) -> _Answer:
    try:
        response: Any = eventbridge._http_open(request, timeout=LONGEST_SECONDS)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        headers: dict[str, list[str]] = {}
        for name, value in response.headers.items():
            headers.setdefault(name, []).append(value)
        body = response.read(limits.PAYLOAD_BYTES + 1)
        if len(body) <= limits.PAYLOAD_BYTES and response.length:
            raise http.client.IncompleteRead(body, response.length)
        return _Answer(response.status, response.reason, headers, response.headers.get_content_type(), body)


def _read(answer: _Answer) -> str:
    if len(answer.body) > limits.PAYLOAD_BYTES:
        raise sfn._ExecutionError("States.DataLimitExceeded", "the answer is larger than 256 KiB")
    if _BINARY.fullmatch(answer.media_type):
        raise sfn._ExecutionError("States.Runtime", f"answers of type {answer.media_type} are not supported")
    try:
        return answer.body.decode()
    except UnicodeDecodeError:
        raise sfn._ExecutionError("States.Runtime", "the answer is not text") from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _invalid(reason: str) -> Exception:
    error: Exception = sfn._ExecutionError("States.Runtime", f"http:invoke: {reason}")
    return error
