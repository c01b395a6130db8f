"""SNS: what subscriptions receive, how HTTP endpoints are asked for confirmation, and dead-letter queues."""

from __future__ import annotations

from emulator.sns import delivery, subscriptions


def install() -> None:
    """Install every module of this package."""
    for module in (delivery, subscriptions):
        module.install()
