"""What EventBridge could not deliver: the event, in the target's dead-letter queue."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from emulator.deliveries import Sender, Undelivered, send_message

_log = logging.getLogger("emulator.events")


@dataclass(frozen=True)
class Delivery:
    """An event on its way to a target."""

    target: dict[str, Any]
    sender: Sender
    event: dict[str, Any]

    @property
    def most_retries(self) -> int:
        """185 unless the target says otherwise."""
        return int(self._policy("MaximumRetryAttempts", 185))

    @property
    def longest_age(self) -> int:
        """Seconds for which it is retried: a day unless the target says otherwise."""
        return int(self._policy("MaximumEventAgeInSeconds", 86_400))

    def _policy(self, name: str, default: int) -> Any:
        return (self.target.get("RetryPolicy") or {}).get(name, default)


def bury(delivery: Delivery, failure: Undelivered, retries: int, exhausted: str | None = None) -> None:
    """Put the event in the dead-letter queue, with the reason as attributes; without a queue it is lost.

    The queue must let the rule send to it. ``exhausted`` names the condition of the retry policy that was met.
    """
    target_arn, rule_arn = delivery.target["Arn"], delivery.sender.source_arn
    _log.warning("the rule %s did not reach %s: %s: %s", rule_arn, target_arn, failure.code, failure)
    queue = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    attributes = {
        "RULE_ARN": rule_arn,
        "TARGET_ARN": target_arn,
        "ERROR_CODE": failure.code,
        "ERROR_MESSAGE": str(failure),
        "RETRY_ATTEMPTS": str(retries),
    }
    if exhausted:
        attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    sender = Sender(delivery.sender.service, rule_arn)
    try:
        send_message(sender, queue, json.dumps(delivery.event), attributes=typed)
    except Undelivered as error:
        _log.warning("the dead-letter queue of rule %s did not take an event: %s", rule_arn, error)
