"""Fans a message out to the confirmed subscriptions of a topic, and buries what does not arrive.

ministack asks no policy of a queue or function, has one attempt and no dead-letter queues. A function is invoked
asynchronously: retries of one that fails, and its destinations, are Lambda's matter.
"""

from __future__ import annotations

import contextvars
import json
import logging
import threading

from ministack.core.arn import parse_arn
from ministack.core.responses import request_scope
from ministack.services import sns

from emulator import patching
from emulator.deliveries import Sender, Undelivered, invoke_function, send_message
from emulator.sns import http_endpoint
from emulator.sns.notification import Attributes, Notification, Subscription, wants_raw

_log = logging.getLogger("emulator.sns")


def install() -> None:
    """Replace the fan-out."""
    patching.replace(sns, "_fanout", fan_out)


def fan_out(
    topic_arn: str,
    message_id: str,
    message: str,
    subject: str,
    message_structure: str = "",
    message_attributes: Attributes | None = None,
    message_group_id: str = "",
    message_dedup_id: str = "",
) -> None:
    """Deliver to every confirmed subscription whose filter policy takes the message; HTTP endpoints later."""
    topic = sns._topic_by_arn_any_scope(topic_arn)
    if topic is None:
        return
    attributes = message_attributes or {}
    owner = parse_arn(topic_arn)
    for subscription in list(topic["subscriptions"]):
        if not subscription.get("confirmed"):
            continue
        text = sns._resolve_message_for_protocol(message, message_structure, subscription["protocol"])
        if not sns._matches_filter_policy(subscription, attributes, text):
            continue
        notification = Notification(
            topic_arn, message_id, text, subject, attributes, message_group_id, message_dedup_id
        )
        with request_scope(owner.account_id, owner.region):
            _dispatch(notification, subscription)


def _dispatch(notification: Notification, subscription: Subscription) -> None:
    if subscription["protocol"] in ("http", "https"):
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(deliver, notification, subscription), daemon=True).start()
    else:
        deliver(notification, subscription)


def deliver(notification: Notification, subscription: Subscription) -> None:
    """Deliver to one subscription, or to its dead-letter queue."""
    try:
        _send(notification, subscription)
    except Undelivered as failure:
        _log.warning("the subscription %s was not reached: %s", subscription["arn"], failure)
        _bury(notification, subscription)


def _send(notification: Notification, subscription: Subscription) -> None:
    protocol, endpoint = subscription["protocol"], subscription["endpoint"]
    if protocol == "sqs":
        _enqueue(notification, subscription, endpoint)
    elif protocol == "lambda":
        invoke_function(_sender(notification), endpoint, notification.lambda_event(subscription))
    elif protocol in ("http", "https"):
        http_endpoint.post(endpoint, notification.text(subscription), _headers(notification, subscription))
    else:
        _log.info("a message for %s by %s goes nowhere", subscription["arn"], protocol)


def _bury(notification: Notification, subscription: Subscription) -> None:
    policy = json.loads(subscription["attributes"].get("RedrivePolicy") or "{}")
    queue = policy.get("deadLetterTargetArn")
    if not queue:
        return
    try:
        _enqueue(notification, subscription, queue)
    except Undelivered as failure:
        _log.warning("the dead-letter queue of %s did not take a message: %s", subscription["arn"], failure)


def _enqueue(notification: Notification, subscription: Subscription, queue_arn: str) -> None:
    """The queue's policy must let the topic send to it. Only a raw message keeps its attributes outside the body."""
    send_message(
        _sender(notification),
        queue_arn,
        notification.text(subscription),
        attributes=notification.attributes if wants_raw(subscription) else None,
        group=notification.group,
        deduplication=notification.deduplication,
    )


def _sender(notification: Notification) -> Sender:
    return Sender("sns.amazonaws.com", notification.topic_arn)


def _headers(notification: Notification, subscription: Subscription) -> dict[str, str]:
    headers = {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": notification.message_id,
        "x-amz-sns-topic-arn": notification.topic_arn,
        "x-amz-sns-subscription-arn": subscription["arn"],
    }
    return {**headers, "x-amz-sns-rawdelivery": "true"} if wants_raw(subscription) else headers
