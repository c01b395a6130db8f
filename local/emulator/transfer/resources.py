"""``AWS::Transfer::Server`` and ``AWS::Transfer::User``."""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.core.responses import get_account_id, get_region, now_iso
from ministack.services import transfer

from emulator import cloudformation
from emulator.cloudformation import Properties, Provisioned

_SERVER = "AWS::Transfer::Server"
_USER = "AWS::Transfer::User"
_USER_NAME = re.compile(r"\w[\w@.-]{2,99}", re.ASCII)
_LONGEST_POLICY = 2048


def install() -> None:
    """Register the two resource types."""
    cloudformation.register(_SERVER, create=_create_server, update=_update_server, delete=_delete_server)
    cloudformation.register(_USER, create=_create_user, update=_update_user, delete=_delete_user)


def _create_server(_logical_id: str, properties: Properties, _stack: str) -> Provisioned:
    if properties.get("IdentityProviderType", "SERVICE_MANAGED") != "SERVICE_MANAGED":
        raise ValueError(f"{_SERVER}: only IdentityProviderType SERVICE_MANAGED is emulated")
    server_id = transfer._server_id()
    arn = transfer._server_arn(server_id)
    transfer._servers[server_id] = {
        "Arn": arn,
        "ServerId": server_id,
        "State": "ONLINE",
        "EndpointType": properties.get("EndpointType", "PUBLIC"),
        "IdentityProviderType": "SERVICE_MANAGED",
        "Protocols": properties.get("Protocols", ["SFTP"]),
        "Domain": properties.get("Domain", "S3"),
        "Tags": properties.get("Tags", []),
        "UserCount": 0,
        "DateCreated": now_iso(),
    }
    # The listener must belong to the emulator's event loop: one on a loop of its own accepts TCP and stays silent.
    cloudformation.schedule(transfer.sftp_start)
    return arn, _server_attributes(arn)


def _update_server(arn: str, _old: Properties, new: Properties, _stack: str) -> Provisioned:
    server = transfer._servers[_id_in(arn)]
    for name in ("EndpointType", "Protocols", "Tags"):
        if name in new:
            server[name] = new[name]
    return arn, _server_attributes(arn)


def _delete_server(arn: str, _properties: Properties) -> None:
    server_id = _id_in(arn)
    for key in [key for key in transfer._users if key.startswith(f"{server_id}/")]:
        del transfer._users[key]
    transfer._servers.pop(server_id, None)


def _server_attributes(arn: str) -> dict[str, str]:
    return {"Arn": arn, "ServerId": _id_in(arn), "State": "ONLINE"}


def _create_user(_logical_id: str, properties: Properties, _stack: str) -> Provisioned:
    cloudformation.require(_USER, properties, "ServerId", "UserName", "Role")
    _check_user(properties)
    server_id, name = properties["ServerId"], properties["UserName"]
    cloudformation.succeed(_USER, transfer._create_user(properties))
    user = transfer._users[transfer._user_key(server_id, name)]
    user["Policy"] = properties.get("Policy")
    for body in properties.get("SshPublicKeys", []):
        request = {"ServerId": server_id, "UserName": name, "SshPublicKeyBody": body}
        cloudformation.succeed(_USER, transfer._import_ssh_public_key(request))
    return _user(server_id, name)


def _update_user(arn: str, old: Properties, new: Properties, stack: str) -> Provisioned:
    if (old["ServerId"], old["UserName"]) == (new["ServerId"], new["UserName"]):
        # In place. With another name or server CloudFormation deletes the old user itself.
        _check_user(new)
        _delete_user(arn, old)
    return _create_user("", new, stack)


def _delete_user(_arn: str, properties: Properties) -> None:
    transfer._delete_user({"ServerId": properties["ServerId"], "UserName": properties["UserName"]})


def _user(server_id: str, name: str) -> Provisioned:
    arn = f"arn:aws:transfer:{get_region()}:{get_account_id()}:user/{server_id}/{name}"
    return arn, {"Arn": arn, "ServerId": server_id, "UserName": name}


def _id_in(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]


def _check_user(properties: Properties) -> None:
    """Refuse what Transfer Family refuses: names, keys, mappings and policies out of shape."""
    problems = [problem for problem in _user_problems(properties) if problem]
    if problems:
        raise ValueError(f"{_USER}: {'; '.join(problems)}")


def _user_problems(properties: Properties) -> list[str]:
    name, kind = properties["UserName"], properties.get("HomeDirectoryType", "PATH")
    mappings: list[dict[str, Any]] = properties.get("HomeDirectoryMappings") or []
    keys: list[str] = properties.get("SshPublicKeys") or []
    paths = [path for mapping in mappings for path in (mapping.get("Entry", ""), mapping.get("Target", ""))]
    return [
        "" if properties["ServerId"] in transfer._servers else f"there is no server {properties['ServerId']}",
        "" if _USER_NAME.fullmatch(name) else f"the user name {name!r} is not valid",
        "" if (kind == "LOGICAL") == bool(mappings) else "HomeDirectoryMappings go with HomeDirectoryType LOGICAL",
        "" if kind == "PATH" or not properties.get("HomeDirectory") else "HomeDirectory does not go with LOGICAL",
        "" if all(path.startswith("/") for path in paths) else "the paths of a mapping begin with /",
        "" if all(transfer._validate_ssh_key(key) for key in keys) else "unsupported or invalid SSH public key format",
        _policy_problem(properties.get("Policy")),
    ]


def _policy_problem(policy: Any) -> str:
    if policy is None:
        return ""
    if not isinstance(policy, str) or len(policy) > _LONGEST_POLICY:
        return f"Policy is a JSON text of at most {_LONGEST_POLICY} characters"
    try:
        statements = json.loads(policy)["Statement"]
    except (ValueError, KeyError, TypeError):
        return "Policy is not a policy document"
    return "" if statements else "Policy has no statement"
