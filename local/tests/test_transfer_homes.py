"""What a partner's home looks like before and after the first object stands in it."""

from __future__ import annotations

import uuid

import asyncssh
import pytest

from intake import Intake


@pytest.fixture
def newcomer(intake: Intake) -> str:
    """The name of a user whose home nothing stands in."""
    name = f"new-{uuid.uuid4().hex[:8]}"
    intake.emulator.client("transfer").create_user(
        ServerId=intake.outputs["ServerId"],
        UserName=name,
        Role="arn:aws:iam::000000000000:role/any",
        HomeDirectoryType="LOGICAL",
        HomeDirectoryMappings=[{"Entry": "/", "Target": f"/{intake.outputs['Bucket']}/{name}"}],
        SshPublicKeyBody=intake.key.export_public_key().decode(),
    )
    return name


async def names(client: asyncssh.SFTPClient, directory: str) -> list[str]:
    return [str(name) for name in await client.listdir(directory) if name not in (".", "..")]


def test_a_home_is_a_directory_before_anything_stands_in_it(intake: Intake, newcomer: str) -> None:
    async def work(client: asyncssh.SFTPClient) -> None:
        assert await client.isdir("/")
        assert await client.isdir(".")
        assert (await client.lstat("/")).type == asyncssh.FILEXFER_TYPE_DIRECTORY
        assert await names(client, "/") == []
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await client.stat("/inbox")

    intake.sftp(work, newcomer)


def test_an_empty_object_with_a_slash_at_its_end_is_a_folder(intake: Intake, newcomer: str) -> None:
    s3 = intake.emulator.client("s3")
    s3.put_object(Bucket=intake.outputs["Bucket"], Key=f"{newcomer}/inbox/")

    async def work(client: asyncssh.SFTPClient) -> None:
        assert await client.isdir("/inbox")
        assert await client.isdir("/inbox/")
        assert await names(client, "/") == ["inbox"]
        assert await names(client, "/inbox") == []
        await client.chdir("inbox")
        async with client.open("x.xml", "wb") as file:
            await file.write(b"x")
        assert await names(client, "/inbox") == ["x.xml"]

    intake.sftp(work, newcomer)
    assert s3.head_object(Bucket=intake.outputs["Bucket"], Key=f"{newcomer}/inbox/x.xml")["ContentLength"] == 1
