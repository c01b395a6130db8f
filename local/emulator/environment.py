"""The environment of the emulator, fixed before ministack is imported (it reads most of it at import).

Functions that the emulator runs inherit its environment. What is not listed here therefore never reaches them.
"""

from __future__ import annotations

from collections.abc import MutableMapping

_INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH", "SSL_CERT_FILE")
"""What a process needs of its machine."""

_SETTINGS = {
    "GATEWAY_PORT": "4566",
    "SFTP_PORT": "2222",
    "SFTP_HOST_KEY": "",
    "LOG_LEVEL": "INFO",
}
"""What whoever starts the emulator may choose, with the defaults."""

_LOOPBACK = "127.0.0.1"


def prepare(environment: MutableMapping[str, str]) -> None:
    """Reduce ``environment`` to what the emulator and the functions in it may see, and add ministack's settings."""
    kept = {name: environment[name] for name in _INHERITED if name in environment}
    chosen = {name: environment.get(name) or default for name, default in _SETTINGS.items()}
    environment.clear()
    environment.update(kept)
    environment.update(chosen)
    environment.update(_fixed(chosen["GATEWAY_PORT"]))
    # Nothing is persisted, and yet ministack writes a key there; two stacks must not share it.
    environment["STATE_DIR"] = f"{kept.get('TMPDIR', '/tmp')}/ministack-state"


def _fixed(port: str) -> dict[str, str]:
    return {
        "BIND_HOST": _LOOPBACK,
        "SFTP_HOST": _LOOPBACK,
        # The host name in the URLs that ministack hands out, such as a custom resource's ResponseURL.
        "MINISTACK_HOST": _LOOPBACK,
        "MINISTACK_REGION": "us-east-1",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        # A provided.al2023 function gets its endpoint and credentials from here.
        "AWS_ENDPOINT_URL": f"http://{_LOOPBACK}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
    }
