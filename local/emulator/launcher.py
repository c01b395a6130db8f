"""Starts ministack with this package's extensions, on the loopback interface, and ends it promptly.

``GET /_ministack/health`` answers 200 as soon as requests are served.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import importlib.metadata
import os
import signal
import socket
import sys
import threading

from emulator import environment

MINISTACK_VERSION = "1.5.33"
"""The one version whose private names this package knows."""

_EXTENSIONS = (
    "emulator.lambda_endpoint",
    "emulator.lambda_latency",
    "emulator.log_reads",
    "emulator.s3_events",
    "emulator.transfer",
    "emulator.cloudtrail",
    "emulator.events",
    "emulator.sns",
    "emulator.secretsmanager",
    "emulator.event_sources",
    "emulator.sqs_receive",
    "emulator.sqs_redrive",
    "emulator.apigateway",
    "emulator.stepfunctions",
)
"""Modules with an ``install()``. The order matters only where one wraps what another replaced."""

_GARBAGE_COLLECTION = (50_000, 20, 100)
"""Everything is kept in memory: with Python's defaults, the collector looks through all of it again and again."""

_SHUTDOWN_SECONDS = 4.0
"""How long open connections, listeners and functions get after SIGTERM."""


def main() -> None:
    """Serve until SIGTERM or SIGINT. Ends the process with status 2 where it must not start."""
    refuse_other_version(_installed_version())
    environment.prepare(os.environ)
    for setting in ("GATEWAY_PORT", "SFTP_PORT"):
        _refuse_taken_port(setting)
    gc.set_threshold(*_GARBAGE_COLLECTION)
    # Only now: ministack reads its environment when it is imported.
    for name in _EXTENSIONS:
        importlib.import_module(name).install()
    asyncio.run(_serve(int(os.environ["GATEWAY_PORT"])))


def refuse_other_version(installed: str | None) -> None:
    """End the process unless ``installed`` is the pinned ministack."""
    if installed != MINISTACK_VERSION:
        found = f"version {installed} is installed" if installed else "it is not installed"
        _refuse(
            f"the emulator extends private parts of ministack {MINISTACK_VERSION}, but {found}; "
            "install local/requirements.txt"
        )


def _installed_version() -> str | None:
    try:
        return importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        return None


def _refuse_taken_port(setting: str) -> None:
    port = int(os.environ[setting])
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            _refuse(f"127.0.0.1:{port} is in use; choose another {setting}")


def _refuse(reason: str) -> None:
    print(f"emulator: {reason}", file=sys.stderr)
    raise SystemExit(2)


async def _serve(port: int) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack import app

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1.0
    config.shutdown_timeout = 1.0
    config.loglevel = os.environ["LOG_LEVEL"].upper()

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _begin_shutdown, stopping)
    await serve(app.app, config, shutdown_trigger=stopping.wait)  # type: ignore[arg-type]
    _end_process()


def _begin_shutdown(stopping: asyncio.Event) -> None:
    stopping.set()
    # A handler that hangs on the event loop must not keep the process alive either.
    timer = threading.Timer(_SHUTDOWN_SECONDS, _end_process)
    timer.daemon = True
    timer.start()


def _end_process() -> None:
    """End the functions' processes and this one.

    Not ``sys.exit``: the interpreter would first join the threads of every execution that waits, some for hours.
    Nothing is lost, because nothing is persisted.
    """
    from ministack.core import lambda_runtime

    lambda_runtime.reset()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
