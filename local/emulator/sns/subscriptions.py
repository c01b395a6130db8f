"""Subscriptions by HTTP are asked for confirmation, those made by CloudFormation too.

The endpoint gets a token and a SubscribeURL; ConfirmSubscription with the one or a GET of the other confirms. An
endpoint that cannot be reached while the stack is deployed is asked no more after a few retries.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from ministack.core.responses import get_account_id, new_uuid
from ministack.services import sns

from emulator import cloudformation, patching
from emulator.cloudformation import Provisioned
from emulator.deliveries import Undelivered
from emulator.sns import http_endpoint
from emulator.sns.notification import SIGNATURE, Subscription, control_url, timestamp

_log = logging.getLogger("emulator.sns")


def install() -> None:
    """Replace the question, and wrap the handlers of the two resource types that make subscriptions without it."""
    patching.replace(sns, "_send_subscription_confirmation", ask)
    for resource_type in ("AWS::SNS::Subscription", "AWS::SNS::Topic"):
        table = cloudformation.handlers(resource_type)
        table["create"] = _asking(table["create"])
        table["update"] = _asking(table["update"])


def _asking(original: patching.Function) -> patching.Function:
    def provision(*arguments: Any, **named: Any) -> Provisioned:
        provisioned: Provisioned = original(*arguments, **named)
        for topic in sns._topics.values():
            for subscription in topic["subscriptions"]:
                if "PendingConfirmation" not in subscription["attributes"]:
                    _complete(subscription)
        return provisioned

    return provision


def _complete(subscription: Subscription) -> None:
    """Give a subscription of CloudFormation what Subscribe gives it: a token, all attributes, the question."""
    pending = not subscription["confirmed"]
    subscription["token"] = new_uuid() if pending else None
    subscription["attributes"].update(
        SubscriptionArn=subscription["arn"],
        TopicArn=subscription["topic_arn"],
        Protocol=subscription["protocol"],
        Endpoint=subscription["endpoint"],
        Owner=get_account_id(),
        PendingConfirmation="true" if pending else "false",
        ConfirmationWasAuthenticated="false" if pending else "true",
    )
    if pending:
        cloudformation.schedule(lambda: ask(subscription["topic_arn"], subscription))


async def ask(topic_arn: str, subscription: Subscription) -> None:
    """Ask an endpoint for confirmation."""
    message_id, token = new_uuid(), subscription["token"]
    body = {
        "Type": "SubscriptionConfirmation",
        "MessageId": message_id,
        "Token": token,
        "TopicArn": topic_arn,
        "Message": f"You have chosen to subscribe to the topic {topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message.",
        "SubscribeURL": control_url(Action="ConfirmSubscription", TopicArn=topic_arn, Token=token),
        "Timestamp": timestamp(),
        **SIGNATURE,
    }
    headers = {
        "x-amz-sns-message-type": "SubscriptionConfirmation",
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic_arn,
    }
    try:
        await asyncio.to_thread(http_endpoint.post, subscription["endpoint"], json.dumps(body), headers)
    except Undelivered as failure:
        _log.warning("the endpoint of %s was not asked for confirmation: %s", subscription["arn"], failure)
