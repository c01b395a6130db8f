"""Delivery to the targets of rules: a target's own policy, its retry policy, and its dead-letter queue.

ministack makes the payload, tries once, and drops what fails. A missing target or permission is not retried ("Using
dead-letter queues to process undelivered events", EventBridge user guide); a target that throttles is, and so is the
emulator's own failure. A Lambda target is invoked asynchronously, so a function that fails is Lambda's matter and no
failed delivery.
"""

from __future__ import annotations

import contextvars
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge, sns, stepfunctions

from emulator import patching
from emulator.deliveries import Sender, Undelivered, invoke_function, require_permission, send_message
from emulator.events.dead_letters import Delivery, bury

_log = logging.getLogger("emulator.events")
_FIRST_DELAY = 0.1
_LONGEST_DELAY = 2.0
"""Seconds between attempts, where EventBridge spreads 185 of them over a day."""
_FAILURE = Undelivered("INTERNAL_ERROR", "The delivery failed inside the emulator.")

_current: contextvars.ContextVar[Delivery] = contextvars.ContextVar("event_delivery")
"""The delivery that ministack is making. It makes each within one call, on one thread."""

Attempt = Callable[[Sender], None]


class Throttled(Exception):
    """The target is over its quota: another attempt may deliver."""


def install() -> None:
    """Wrap the function that makes a target's payload, and replace the four that deliver it."""
    patching.wrap(eventbridge, "_invoke_target", _remembering_delivery)
    patching.replace(eventbridge, "_dispatch_to_lambda", _to_function)
    patching.replace(eventbridge, "_dispatch_to_sqs", _to_queue)
    patching.replace(eventbridge, "_dispatch_to_sns", _to_topic)
    patching.replace(eventbridge, "_dispatch_to_stepfunctions", _to_state_machine)


def _remembering_delivery(original: patching.Function) -> patching.Function:
    def invoke(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> None:
        view = view or eventbridge._pattern_event_view(event)
        sender = Sender("events.amazonaws.com", rule["Arn"], has_role=bool(target.get("RoleArn")))
        token = _current.set(Delivery(target, sender, view.event_with_detail()))
        try:
            original(target, event, rule, view)
        finally:
            _current.reset(token)

    return invoke


def _to_function(arn: str, payload: str) -> None:
    deliver(lambda sender: invoke_function(sender, arn, _parsed(payload)))


def _to_queue(spec: Any, payload: str, parameters: dict[str, Any] | None = None) -> None:
    group = (parameters or {}).get("MessageGroupId", "")
    deliver(lambda sender: send_message(sender, str(spec), payload, group=group))


def _to_topic(arn: str, payload: str) -> None:
    def publish(sender: Sender) -> None:
        topic = sns._topics.get(arn)
        if topic is None:
            raise Undelivered("NO_RESOURCE", f"The topic {arn} does not exist.")
        require_permission(sender, "sns:Publish", arn, topic["attributes"].get("Policy"))
        try:
            sns.publish_internal(arn, payload)
        except sns.SnsPublishError as error:
            raise Undelivered("INVALID_PARAMETER", str(error)) from None

    deliver(publish)


def _to_state_machine(arn: str, payload: str) -> None:
    def start(_sender: Sender) -> None:
        _parsed(payload)
        status, _headers, body = stepfunctions._start_execution({"stateMachineArn": arn, "input": payload})
        if status >= 400:
            answer = json.loads(body)
            if answer["__type"] == "ThrottlingException":
                raise Throttled
            missing = answer["__type"] == "StateMachineDoesNotExist"
            raise Undelivered("NO_RESOURCE" if missing else "INVALID_PARAMETER", answer["message"])

    deliver(start)


def _parsed(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        raise Undelivered("INVALID_JSON", "The input for the target is not valid JSON.") from None


def deliver(attempt: Attempt) -> None:
    """Try the current delivery; retries, if any, go on without the caller."""
    delivery = _current.get()
    if not _is_over(delivery, attempt, retries=0):
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(_retry, delivery, attempt), daemon=True).start()


def _retry(delivery: Delivery, attempt: Attempt) -> None:
    """Every further attempt that the retry policy allows, and the burial of what no attempt delivered."""
    began = time.monotonic()
    for retries in range(1, delivery.most_retries + 1):
        delay = min(_FIRST_DELAY * 2 ** (retries - 1), _LONGEST_DELAY)
        if time.monotonic() + delay - began > delivery.longest_age:
            return bury(delivery, _FAILURE, retries - 1, "MaximumEventAgeInSeconds")
        time.sleep(delay)
        if _is_over(delivery, attempt, retries):
            return None
    return bury(delivery, _FAILURE, delivery.most_retries, "MaximumRetryAttempts")


def _is_over(delivery: Delivery, attempt: Attempt, retries: int) -> bool:
    """Make an attempt. True when it delivered, or when no other attempt can."""
    try:
        attempt(delivery.sender)
    except Undelivered as failure:
        bury(delivery, failure, retries)
    except Throttled:
        return False
    except Exception:  # Whatever the emulator trips over is a failure that another attempt may not meet.
        _log.exception("a delivery to %s", delivery.target["Arn"])
        return False
    return True
