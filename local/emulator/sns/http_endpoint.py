"""Messages by HTTP POST, with SNS's headers, and a few quick retries.

429 and 5xx are retried, and so is an endpoint that cannot be reached; any other status but 2xx is final ("Amazon SNS
message delivery retries", developer guide). SNS waits 20 s between its three retries, the emulator less than one.
"""

from __future__ import annotations

import base64
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from emulator.deliveries import Undelivered

_DELAYS = (0.1, 0.2, 0.4)
"""Seconds before each retry."""
_SECONDS = 15.0
"""How long an endpoint may take to answer."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects())


def post(endpoint: str, body: str, headers: dict[str, str]) -> None:
    """Undelivered when no attempt gets a 2xx. A user name and password in the URL are sent as Basic credentials."""
    request = _request(endpoint, body, headers)
    for delay in (*_DELAYS, None):
        reason, is_final = _attempt(request)
        if reason is None:
            return
        if is_final or delay is None:
            raise Undelivered("ERROR_FROM_TARGET", reason)
        time.sleep(delay)


def _attempt(request: urllib.request.Request) -> tuple[str | None, bool]:
    """Why it failed (None: it did not), and whether that is final."""
    try:
        with _opener.open(request, timeout=_SECONDS):
            return None, True
    except urllib.error.HTTPError as error:
        error.close()
        return f"the endpoint answered {error.code}", error.code != 429 and error.code < 500
    except (OSError, ValueError) as error:
        # The text of a ValueError may quote the endpoint, which may hold a password.
        return f"the endpoint was not reached: {type(error).__name__}", False


def _request(endpoint: str, body: str, headers: dict[str, str]) -> urllib.request.Request:
    parts = urllib.parse.urlsplit(endpoint)
    sent = {
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
        **headers,
    }
    if parts.username is not None:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        sent["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return urllib.request.Request(url, data=body.encode(), headers=sent, method="POST")
