"""An HTTP server on the loopback interface that keeps what it receives and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    status: int = 200
    body: str = ""
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """How long the answer takes."""
    truncated: bool = False
    """Whether the connection ends before the announced length."""


@dataclass
class Endpoint:
    url: str
    received: list[Received] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    """The answers to the next requests."""
    reply: Reply = field(default_factory=Reply)
    """The answer to every other request."""

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if self.replies else self.reply

    @property
    def last(self) -> Received:
        return self.received[-1]


@contextmanager
def serve() -> Iterator[Endpoint]:
    endpoint = Endpoint("")

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length).decode()
            reply = endpoint.next_reply()
            endpoint.received.append(Received(self.command, self.path, headers, body))
            time.sleep(reply.seconds)
            data = reply.body.encode("utf-8", "surrogateescape")
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.media_type)
            self.send_header("Content-Length", str(len(data) + reply.truncated))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815 - the names are http.server's

        def log_message(self, *_arguments: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
