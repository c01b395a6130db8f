"""Connections: their credentials serve requests, and are never shown.

DescribeConnection answers user names, key names and client ids, and no value that is marked as secret.
"""

from __future__ import annotations

import ipaddress
import json
import urllib.parse
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import eventbridge

from emulator import patching

Parameters = dict[str, Any]
_SHOWN = {
    "BasicAuthParameters": ("Username",),
    "ApiKeyAuthParameters": ("ApiKeyName",),
    "ClientParameters": ("ClientID",),
}
_HTTP_LISTS = ("HeaderParameters", "QueryStringParameters", "BodyParameters")


def install() -> None:
    """Wrap the call, which answers what was stored."""
    patching.wrap(eventbridge, "_describe_connection", _hiding_secrets)


def _hiding_secrets(original: patching.Function) -> patching.Function:
    def describe(data: dict[str, Any]) -> Any:
        status, headers, body = original(data)
        if status >= 400:
            return status, headers, body
        connection = json.loads(body)
        return json_response({**connection, "AuthParameters": shown(connection.get("AuthParameters") or {})})

    return describe


def shown(parameters: Parameters) -> Parameters:
    """Authorization parameters without what is secret in them."""
    answer: Parameters = {}
    for name, value in parameters.items():
        if name in _SHOWN:
            answer[name] = {member: value[member] for member in _SHOWN[name] if member in value}
        elif name in _HTTP_LISTS:
            answer[name] = [_shown_parameter(parameter) for parameter in value]
        elif isinstance(value, dict):
            answer[name] = shown(value)
        else:
            answer[name] = value
    return answer


def _shown_parameter(parameter: Parameters) -> Parameters:
    secret = str(parameter.get("IsValueSecret", "false")).lower() == "true"
    return {name: value for name, value in parameter.items() if not (secret and name == "Value")}


class Unusable(Exception):
    """A connection that cannot be used; ``code`` is the last part of Step Functions' error name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Authorization:
    """What a connection adds to a request, its credentials among the headers."""

    headers: dict[str, str]
    query: dict[str, str]
    body: dict[str, str]


def authorize(connection_arn: str) -> Authorization:
    """The authorization of a connection, fetching an OAuth token where it needs one.

    Unusable when there is no such connection, it is not authorized, or no token is to be had; the reason says
    nothing of the credentials.
    """
    name = connection_arn.split(":connection/", 1)[-1].split("/", 1)[0]
    connection = eventbridge._connections.get(name)
    if connection is None:
        raise Unusable("ResourceNotFound", f"The connection {name} does not exist.")
    if connection["ConnectionState"] != "AUTHORIZED":
        raise Unusable("InvalidConnectionState", f"The connection {name} is {connection['ConnectionState']}.")
    parameters = connection["AuthParameters"] or {}
    invocation = parameters.get("InvocationHttpParameters") or {}
    headers, query, body = (eventbridge._connection_params_map(invocation.get(kind)) for kind in _HTTP_LISTS)
    return Authorization({**headers, **_credentials(name, connection)}, query, body)


def _credentials(name: str, connection: Parameters) -> dict[str, str]:
    oauth = (connection["AuthParameters"] or {}).get("OAuthParameters") or {}
    endpoint = oauth.get("AuthorizationEndpoint", "")
    if connection["AuthorizationType"] == "OAUTH_CLIENT_CREDENTIALS" and not is_reachable(endpoint):
        raise Unusable("InvalidConnectionState", f"The authorization endpoint of connection {name} is not HTTPS.")
    key = (get_account_id(), get_region(), name)
    try:
        headers: dict[str, str] = eventbridge._connection_auth_headers(connection, key)
    except Exception as error:  # Its text may quote the answer of the authorization server.
        reason = f"The connection {name} got no token: {type(error).__name__}."
        raise Unusable("InvalidConnectionState", reason) from None
    return headers


def is_reachable(url: str) -> bool:
    """Whether a credential may be sent to a URL: by HTTPS, as on AWS, or to a host of the loopback interface."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (parts.scheme == "https" and host != "") or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
