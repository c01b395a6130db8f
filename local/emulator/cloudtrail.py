"""``AWS::CloudTrail::Trail``, and EventBridge's ``AWS API Call via CloudTrail`` for the S3 objects it selects.

ministack records calls but raises no events from them. Only successful writes of objects are covered: nothing in
the stack listens to more.
"""

from __future__ import annotations

import contextvars
import json
import threading
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso
from ministack.services import cloudtrail, eventbridge, s3

from emulator import cloudformation, patching
from emulator.cloudformation import Properties, Provisioned

_TRAIL = "AWS::CloudTrail::Trail"
_CALLS = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "s3:ObjectRemoved:Delete": "DeleteObject",
    "s3:ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
_trails: dict[tuple[str, str, str], list[str]] = {}
"""(account, region, trail name) to the prefixes of the object ARNs whose writes it selects; empty when it is off."""


def install() -> None:
    """Register the resource type and watch S3's object events."""
    cloudformation.register(_TRAIL, create=_create, update=_update, delete=_delete)
    patching.wrap(s3, "_fire_s3_event_async", _reporting_calls)


def _create(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    cloudformation.require(_TRAIL, properties, "S3BucketName")
    if "IsLogging" not in properties:
        raise ValueError(f"{_TRAIL}: required properties are missing: IsLogging")
    name = properties.get("TrailName") or cloudformation.physical_name(stack, logical_id, 128)
    request = {"Name": name, "S3BucketName": properties["S3BucketName"]}
    answer = cloudformation.succeed(_TRAIL, cloudtrail._create_trail(request))
    _trails[_key(name)] = selected_prefixes(properties)
    return name, {"Arn": answer["TrailARN"]}


def _update(name: str, old: Properties, new: Properties, stack: str) -> Provisioned:
    if new.get("TrailName", name) != name:
        return _create(name, new, stack)
    _trails[_key(name)] = selected_prefixes(new)
    return name, {"Arn": cloudtrail._trail_arn(name)}


def _delete(name: str, _properties: Properties) -> None:
    _trails.pop(_key(name), None)
    cloudtrail._delete_trail({"Name": name})


def _key(name: str) -> tuple[str, str, str]:
    return get_account_id(), get_region(), name


def selected_prefixes(properties: Properties) -> list[str]:
    """The prefixes of S3 object ARNs whose writes a trail's advanced event selectors choose."""
    if str(properties.get("IsLogging")).lower() != "true":
        return []
    selectors = properties.get("AdvancedEventSelectors") or []
    return [prefix for selector in selectors for prefix in _prefixes(selector.get("FieldSelectors") or [])]


def _prefixes(fields: list[dict[str, Any]]) -> list[str]:
    by_name = {field["Field"]: field for field in fields}
    if "AWS::S3::Object" not in by_name.get("resources.type", {}).get("Equals", []):
        return []
    if "true" in by_name.get("readOnly", {}).get("Equals", []):
        return []
    arn = by_name.get("resources.ARN")
    return ["arn:aws:s3"] if arn is None else arn.get("StartsWith", []) + arn.get("Equals", [])


def _reporting_calls(original: patching.Function) -> patching.Function:
    def fire(bucket: str, key: str, event_name: str, size: int = 0, *arguments: Any, **named: Any) -> None:
        call = _CALLS.get(event_name)
        if call and _is_selected(f"arn:aws:s3:::{bucket}/{key}"):
            event = call_event(call, bucket, key, size)
            # On its own thread, as ministack does for S3's events: a rule's target may call the emulator back.
            context = contextvars.copy_context()
            threading.Thread(target=context.run, args=(eventbridge._dispatch_event, event), daemon=True).start()
        original(bucket, key, event_name, size, *arguments, **named)

    return fire


def _is_selected(arn: str) -> bool:
    here = (get_account_id(), get_region())
    return any(arn.startswith(prefix) for key, prefixes in _trails.items() if key[:2] == here for prefix in prefixes)


def call_event(call: str, bucket: str, key: str, size: int) -> dict[str, Any]:
    """The event as ministack's EventBridge takes it."""
    account, region, time = get_account_id(), get_region(), now_iso()
    detail = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AWSAccount", "accountId": account},
        "eventTime": time,
        "eventSource": "s3.amazonaws.com",
        "eventName": call,
        "awsRegion": region,
        "requestParameters": {"bucketName": bucket, "key": key},
        "additionalEventData": {"bytesTransferredIn": size},
        "requestID": new_uuid(),
        "eventID": new_uuid(),
        "readOnly": False,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
            {"type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}", "accountId": account},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": account,
        "eventCategory": "Data",
    }
    return {
        "EventId": new_uuid(),
        "Source": "aws.s3",
        "DetailType": "AWS API Call via CloudTrail",
        "Detail": json.dumps(detail),
        "EventBusName": "default",
        "Time": time,
        "Resources": [],
        "Account": account,
        "Region": region,
    }
