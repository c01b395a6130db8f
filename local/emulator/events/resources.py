"""``AWS::Events::Archive`` and ``AWS::Events::Connection``, on ministack's own EventBridge."""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import eventbridge

from emulator import cloudformation
from emulator.cloudformation import Properties, Provisioned

_ARCHIVE = "AWS::Events::Archive"
_CONNECTION = "AWS::Events::Connection"


def install() -> None:
    """Register the two resource types."""
    cloudformation.register(_ARCHIVE, create=_create_archive, update=_update_archive, delete=_delete_archive)
    cloudformation.register(
        _CONNECTION, create=_create_connection, update=_update_connection, delete=_delete_connection
    )


def _create_archive(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    cloudformation.require(_ARCHIVE, properties, "SourceArn")
    name = properties.get("ArchiveName") or cloudformation.physical_name(stack, logical_id, 48)
    request = {"ArchiveName": name, "EventSourceArn": properties["SourceArn"], **_archive_settings(properties)}
    answer = cloudformation.succeed(_ARCHIVE, eventbridge._create_archive(request))
    return name, {"Arn": answer["ArchiveArn"]}


def _update_archive(name: str, old: Properties, new: Properties, stack: str) -> Provisioned:
    if (old.get("ArchiveName"), old.get("SourceArn")) != (new.get("ArchiveName"), new.get("SourceArn")):
        if old.get("ArchiveName") == new.get("ArchiveName"):
            raise ValueError(f"{_ARCHIVE}: another SourceArn needs another logical id, its name is in use")
        return _create_archive(name, new, stack)
    answer = cloudformation.succeed(
        _ARCHIVE, eventbridge._update_archive({"ArchiveName": name, **_archive_settings(new)})
    )
    return name, {"Arn": answer["ArchiveArn"]}


def _delete_archive(name: str, _properties: Properties) -> None:
    eventbridge._delete_archive({"ArchiveName": name})


def _archive_settings(properties: Properties) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "Description": properties.get("Description", ""),
        "RetentionDays": int(properties.get("RetentionDays", 0)),
    }
    pattern = properties.get("EventPattern")
    if pattern:
        settings["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
    return settings


def _create_connection(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    cloudformation.require(_CONNECTION, properties, "AuthorizationType", "AuthParameters")
    name = properties.get("Name") or cloudformation.physical_name(stack, logical_id, 64)
    cloudformation.succeed(_CONNECTION, eventbridge._create_connection({**properties, "Name": name}))
    return name, _connection_attributes(name)


def _update_connection(name: str, old: Properties, new: Properties, stack: str) -> Provisioned:
    if new.get("Name", name) != name:
        return _create_connection(name, new, stack)
    cloudformation.succeed(_CONNECTION, eventbridge._update_connection({**new, "Name": name}))
    return name, _connection_attributes(name)


def _delete_connection(name: str, _properties: Properties) -> None:
    eventbridge._delete_connection({"Name": name})


def _connection_attributes(name: str) -> dict[str, str]:
    """AWS gives a connection its own secret and ends its ARN in a UUID; ``ArnForPolicy`` is the ARN without it."""
    connection = eventbridge._connections[name]
    arn: str = connection["ConnectionArn"]
    secret = connection.setdefault(
        "SecretArn",
        f"arn:aws:secretsmanager:{get_region()}:{get_account_id()}:secret:events!connection/{name}/{new_uuid()}",
    )
    return {"Arn": arn, "ArnForPolicy": arn, "SecretArn": secret}
