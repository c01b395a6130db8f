"""AWS Transfer Family: resource types, uploads that S3 itself stores and announces, session policies, host key."""

from __future__ import annotations

from emulator.transfer import host_key, resources, sessions, storage


def install() -> None:
    """Install every module of this package."""
    for module in (host_key, storage, sessions, resources):
        module.install()
