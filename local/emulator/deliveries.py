"""Deliveries that an AWS service makes by itself: to a queue, or to a function.

The resource's own policy must allow the service to make them, as on AWS. What the roles of a stack may do is not
checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc, sqs


@dataclass(frozen=True)
class Sender:
    """A service, and the rule or topic in whose name it delivers."""

    service: str
    source_arn: str
    has_role: bool = False
    """Whether it uses a role, so that the resource needs no policy for the service."""


class Undelivered(Exception):
    """A delivery that fails for good; ``code`` is one of EventBridge's values of ERROR_CODE."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def send_message(
    sender: Sender,
    queue_arn: str,
    body: str,
    *,
    attributes: dict[str, dict[str, str]] | None = None,
    group: str = "",
    deduplication: str = "",
) -> None:
    """SendMessage. Undelivered when there is no such queue, or it refuses the sender or the message."""
    queue = sqs._queue_by_arn(queue_arn)
    if queue is None:
        raise Undelivered("NO_RESOURCE", f"The queue {queue_arn} does not exist.")
    require_permission(sender, "sqs:SendMessage", queue_arn, queue["attributes"].get("Policy"))
    request = {
        "QueueUrl": queue["url"],
        "MessageBody": body,
        "MessageAttributes": attributes or {},
        "MessageGroupId": group or None,
        "MessageDeduplicationId": deduplication or None,
    }
    try:
        sqs._act_send_message(request, queue["url"])
    except sqs._Err as error:
        raise Undelivered("INVALID_PARAMETER", error.message) from None


def invoke_function(sender: Sender, function_arn: str, event: Any) -> None:
    """Invoke a function asynchronously: from here on retries and destinations are Lambda's matter.

    Undelivered when there is no such function, version or alias, or it refuses the sender.
    """
    base, _config, name = lambda_svc._get_base_func_record_for_ref(function_arn)
    function, config, _name = lambda_svc._get_func_record_for_ref(function_arn)
    if base is None or function is None or config is None:
        raise Undelivered("NO_RESOURCE", f"The function {name} does not exist.")
    require_permission(sender, "lambda:InvokeFunction", function_arn, base["policy"])
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), event)


def require_permission(sender: Sender, action: str, resource_arn: str, policy: Any) -> None:
    """Undelivered unless ``policy`` (a document or its JSON) allows the sender's action on the resource."""
    if sender.has_role:
        return
    context = EvalContext(
        # Neither a principal nor an account of IAM: a statement must name the service, or everyone.
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource_arn,
        region=get_region(),
        secure_transport=True,
        service_context={"aws:sourcearn": sender.source_arn, "aws:sourceaccount": get_account_id()},
    )
    if not policy or evaluate_resource_policy(policy, context, service=sender.service).decision != "Allow":
        message = f"{sender.service} is not authorized to perform {action} on resource {resource_arn}."
        raise Undelivered("NO_PERMISSIONS", message)
