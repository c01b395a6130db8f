"""The stack ``stacks/intake.yaml`` and an SFTP client for its user."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncssh

from conftest import Emulator, wait_until


@dataclass
class Intake:
    emulator: Emulator
    key: asyncssh.SSHKey
    outputs: dict[str, str]

    def sftp(self, work: Callable[[asyncssh.SFTPClient], Awaitable[Any]], user: str = "acme") -> Any:
        """Run ``work`` in a session of its own."""

        async def session() -> Any:
            async with self.connect(user) as connection, connection.start_sftp_client() as client:
                return await work(client)

        return asyncio.run(session())

    def connect(self, user: str = "acme") -> Any:
        return asyncssh.connect(
            "127.0.0.1", self.emulator.sftp_port, username=user, client_keys=[self.key], known_hosts=None, config=None
        )

    def put(self, path: str, content: bytes) -> None:
        async def work(client: asyncssh.SFTPClient) -> None:
            async with client.open(path, "wb") as file:
                await file.write(content)

        self.sftp(work)

    def events(self, queue: str, count: int) -> list[dict[str, Any]]:
        """The details of the next ``count`` events in a queue, in any order, and certainly no more than those."""
        sqs = self.emulator.client("sqs")
        found: list[dict[str, Any]] = []

        def receive() -> bool:
            answer = sqs.receive_message(QueueUrl=self.outputs[queue], MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                sqs.delete_message(QueueUrl=self.outputs[queue], ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"])["detail"])
            return len(found) >= count

        wait_until(receive)
        time.sleep(0.15)
        receive()
        assert len(found) == count, found
        return found

    def drain(self) -> None:
        sqs = self.emulator.client("sqs")
        for queue in ("Seen", "Called"):
            sqs.purge_queue(QueueUrl=self.outputs[queue])
