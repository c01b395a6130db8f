"""EventBridge: archives and connections as resources, checked entries, and targets with dead-letter queues."""

from __future__ import annotations

from emulator.events import connections, entries, resources, targets


def install() -> None:
    """Install every module of this package."""
    for module in (resources, connections, entries, targets):
        module.install()
