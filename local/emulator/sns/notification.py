"""A published message in the forms in which subscriptions receive it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from ministack.services import sns

Attributes = dict[str, dict[str, str]]
Subscription = dict[str, Any]

_CERTIFICATE_URL = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-local.pem"
SIGNATURE = {"SignatureVersion": "1", "Signature": "LOCAL", "SigningCertURL": _CERTIFICATE_URL}
"""Nothing is signed: a receiver cannot verify these."""


def timestamp() -> str:
    """Now in UTC, with milliseconds."""
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"


def control_url(**parameters: str) -> str:
    """A URL of the emulator's own SNS, as SNS writes them into messages."""
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"http://{sns._HOST}:{sns._PORT}/?{query}"


def wants_raw(subscription: Subscription) -> bool:
    """Whether a subscription has RawMessageDelivery."""
    return str(subscription["attributes"].get("RawMessageDelivery", "false")).lower() == "true"


@dataclass(frozen=True)
class Notification:
    """A message for one protocol. ``group`` and ``deduplication`` are those of a FIFO topic."""

    topic_arn: str
    message_id: str
    message: str
    subject: str
    attributes: Attributes
    group: str = ""
    deduplication: str = ""
    published_at: str = field(default_factory=timestamp)

    def text(self, subscription: Subscription) -> str:
        """What a queue or an HTTP endpoint receives: the message alone if it wants it raw, else an envelope."""
        return self.message if wants_raw(subscription) else json.dumps(self._envelope(subscription))

    def lambda_event(self, subscription: Subscription) -> dict[str, Any]:
        """What a function receives. Its names differ a little from those of the envelope, and none is left out."""
        record = {"Subject": None, "MessageAttributes": {}, **self._envelope(subscription)}
        record["SigningCertUrl"] = record.pop("SigningCertURL")
        record["UnsubscribeUrl"] = record.pop("UnsubscribeURL")
        arn = subscription["arn"]
        event = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": arn, "Sns": record}
        return {"Records": [event]}

    def _envelope(self, subscription: Subscription) -> dict[str, Any]:
        envelope: dict[str, Any] = {
            "Type": "Notification",
            "MessageId": self.message_id,
            "TopicArn": self.topic_arn,
            "Message": self.message,
            "Timestamp": self.published_at,
            **SIGNATURE,
            "UnsubscribeURL": control_url(Action="Unsubscribe", SubscriptionArn=subscription["arn"]),
        }
        if self.subject:
            envelope["Subject"] = self.subject
        if self.attributes:
            envelope["MessageAttributes"] = {
                name: {"Type": value["DataType"], "Value": value.get("StringValue") or value.get("BinaryValue") or ""}
                for name, value in self.attributes.items()
            }
        return envelope
