from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncssh
import pytest

from conftest import wait_until
from emulator.transfer.session_policy import allows
from intake import Intake


def test_server_and_user_are_described_as_declared(intake: Intake) -> None:
    transfer = intake.emulator.client("transfer")
    assert intake.outputs["ServerArn"].endswith(f":server/{intake.outputs['ServerId']}")
    assert intake.outputs["UserArn"].endswith(f":user/{intake.outputs['ServerId']}/acme")
    user = transfer.describe_user(ServerId=intake.outputs["ServerId"], UserName="acme")["User"]
    assert user["HomeDirectoryMappings"] == [{"Entry": "/", "Target": f"/{intake.outputs['Bucket']}/acme"}]
    assert len(user["SshPublicKeys"]) == 1


def test_an_upload_is_an_object_with_one_event_that_names_its_version(intake: Intake) -> None:
    intake.put("/a b+ä.xml", b"content")
    (event,) = intake.events("Seen", 1)
    head = intake.emulator.client("s3").head_object(Bucket=intake.outputs["Bucket"], Key="acme/a b+ä.xml")
    assert event["reason"] == "PutObject"
    assert event["object"]["key"] == "acme/a b+ä.xml"
    assert event["object"]["version-id"] == head["VersionId"]
    assert event["object"]["etag"] == head["ETag"].strip('"')
    assert event["object"]["size"] == head["ContentLength"] == 7


def test_an_upload_through_s3_names_its_version_too(intake: Intake) -> None:
    answer = intake.emulator.client("s3").put_object(Bucket=intake.outputs["Bucket"], Key="x", Body=b"y")
    assert intake.events("Seen", 1)[0]["object"]["version-id"] == answer["VersionId"]


def test_a_rename_is_a_copy_and_a_deletion(intake: Intake) -> None:
    async def work(client: asyncssh.SFTPClient) -> list[str]:
        async with client.open("/up.xml.tmp", "wb") as file:
            await file.write(b"content")
        await client.rename("/up.xml.tmp", "/up.xml")
        return list(await client.listdir("/"))

    names = intake.sftp(work)
    assert "up.xml" in names and "up.xml.tmp" not in names
    events = {event["object"]["key"]: event["reason"] for event in intake.events("Seen", 2)}
    assert events == {"acme/up.xml.tmp": "PutObject", "acme/up.xml": "CopyObject"}


@pytest.mark.parametrize("rename", ["rename", "posix_rename"])
def test_a_rename_does_not_overwrite(intake: Intake, rename: str) -> None:
    async def work(client: asyncssh.SFTPClient) -> bytes:
        for name, content in (("/new.xml", b"new"), ("/old.xml", b"old")):
            async with client.open(name, "wb") as file:
                await file.write(content)
        with pytest.raises(asyncssh.SFTPFailure):
            await getattr(client, rename)("/new.xml", "/old.xml")
        async with client.open("/old.xml", "rb") as file:
            return bytes(await file.read())

    assert intake.sftp(work) == b"old"


def test_a_session_that_breaks_off_leaves_what_has_arrived_once(intake: Intake) -> None:
    async def break_off() -> None:
        connection = await intake.connect()
        client = await connection.start_sftp_client()
        file = await client.open("/broken.xml", "wb")
        await file.write(b"half")
        connection.abort()

    asyncio.run(break_off())
    (event,) = intake.events("Seen", 1)
    assert (event["object"]["key"], event["object"]["size"]) == ("acme/broken.xml", 4)


def test_the_outbox_may_be_read_and_not_written(intake: Intake) -> None:
    bucket = intake.outputs["Bucket"]
    intake.emulator.client("s3").put_object(Bucket=bucket, Key="acme/outbox/r.json", Body=b"{}")
    intake.put("/in.xml", b"x")

    async def read(client: asyncssh.SFTPClient) -> bytes:
        assert "r.json" in await client.listdir("/outbox")
        async with client.open("/outbox/r.json", "rb") as file:
            return bytes(await file.read())

    assert intake.sftp(read) == b"{}"

    async def put(client: asyncssh.SFTPClient) -> None:
        await client.open("/outbox/x.xml", "wb")

    async def remove(client: asyncssh.SFTPClient) -> None:
        await client.remove("/outbox/r.json")

    async def move_in(client: asyncssh.SFTPClient) -> None:
        await client.rename("/in.xml", "/outbox/in.xml")

    async def move_out(client: asyncssh.SFTPClient) -> None:
        await client.posix_rename("/outbox/r.json", "/r.json")

    for work in (put, remove, move_in, move_out):
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            intake.sftp(work)
    keys = [o["Key"] for o in intake.emulator.client("s3").list_objects_v2(Bucket=bucket)["Contents"]]
    assert "acme/outbox/r.json" in keys and "acme/outbox/x.xml" not in keys and "acme/in.xml" in keys


@pytest.mark.parametrize("path", ["../globex/x.xml", "/../../globex/x.xml"])
def test_nobody_leaves_their_home(intake: Intake, path: str) -> None:
    async def work(client: asyncssh.SFTPClient) -> None:
        await client.makedirs("/globex", exist_ok=True)
        async with client.open(path, "wb") as file:
            await file.write(b"x")

    intake.sftp(work)
    keys = [o["Key"] for o in intake.emulator.client("s3").list_objects_v2(Bucket=intake.outputs["Bucket"])["Contents"]]
    assert "acme/globex/x.xml" in keys and "globex/x.xml" not in keys


def test_an_unknown_user_and_another_key_are_refused(intake: Intake) -> None:
    async def nothing(_client: Any) -> None: ...

    with pytest.raises(asyncssh.PermissionDenied):
        intake.sftp(nothing, user="globex")
    stranger = Intake(intake.emulator, asyncssh.generate_private_key("ssh-ed25519"), intake.outputs)
    with pytest.raises(asyncssh.PermissionDenied):
        stranger.sftp(nothing)


def test_the_host_key_is_kept_in_its_file(intake: Intake) -> None:
    path = intake.emulator.directory / "host_key"
    assert path.stat().st_mode & 0o777 == 0o600
    kept = asyncssh.read_private_key(str(path)).export_public_key()

    async def presented() -> bytes:
        key = await asyncssh.get_server_host_key("127.0.0.1", intake.emulator.sftp_port, config=None)
        assert key is not None
        return bytes(key.export_public_key())

    assert asyncio.run(presented()).split()[:2] == kept.split()[:2]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"UserName": "a"}, "user name"),
        ({"SshPublicKeys": ["not a key"]}, "SSH public key"),
        ({"Policy": "{"}, "Policy"),
        ({"HomeDirectoryType": "PATH"}, "HomeDirectoryMappings"),
        ({"HomeDirectoryMappings": [{"Entry": "/", "Target": "bucket/x"}]}, "begin with /"),
        ({"ServerId": "s-01234567890abcdef"}, "no server"),
    ],
)
def test_a_user_that_transfer_family_would_refuse_fails_the_stack(
    intake: Intake, change: dict[str, Any], reason: str
) -> None:
    properties = {
        "ServerId": intake.outputs["ServerId"],
        "UserName": "globex",
        "Role": "arn:aws:iam::000000000000:role/any",
        "HomeDirectoryType": "LOGICAL",
        "HomeDirectoryMappings": [{"Entry": "/", "Target": f"/{intake.outputs['Bucket']}/globex"}],
        **change,
    }
    cloudformation = intake.emulator.client("cloudformation")
    stack = f"refused-{abs(hash(json.dumps(change)))}"
    template = {"Resources": {"User": {"Type": "AWS::Transfer::User", "Properties": properties}}}
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(template))
    wait_until(
        lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"].startswith("ROLLBACK_C")
    )
    assert any(reason in failure for failure in intake.emulator.failures(stack))


POLICY = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "arn:aws:s3:::b/acme/*"},
            {"Effect": "Deny", "Action": "s3:Put*", "NotResource": "arn:aws:s3:::b/acme/in?/*"},
            {
                "Effect": "Deny",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"Bool": {"a": "b"}},
            },
        ]
    }
)


@pytest.mark.parametrize(
    ("action", "key", "allowed"),
    [
        ("s3:GetObject", "acme/x", True),
        ("s3:GetObject", "globex/x", False),
        ("s3:PutObject", "acme/in1/x", True),
        ("s3:PutObject", "acme/out/x", False),
        ("s3:DeleteObject", "acme/in1/x", False),
    ],
)
def test_a_session_policy_allows_what_it_says(action: str, key: str, allowed: bool) -> None:
    assert allows(POLICY, action, "b", key) is allowed
    assert allows(None, action, "b", key) is True
