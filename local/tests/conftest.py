"""One emulator for all tests, driven from outside by boto3, HTTP and SFTP; stacks come from ``stacks/*.yaml``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from endpoints import Endpoint, serve

LOCAL = Path(__file__).resolve().parent.parent
STACKS = Path(__file__).resolve().parent / "stacks"
ACCOUNT = "000000000000"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first truthy answer of ``condition``; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"nothing within {seconds} s")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Emulator:
    process: subprocess.Popen[bytes]
    port: int
    sftp_port: int
    directory: Path

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, inject_host_prefix=False),
        )

    def request(
        self, method: str, url: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read().decode())

    def deploy(self, stack: str, template: str | None = None, **parameters: str) -> dict[str, str]:
        """Create or update a stack from ``stacks/<template>.yaml`` and answer its outputs."""
        cloudformation = self.client("cloudformation")
        body = (STACKS / f"{template or stack}.yaml").read_text()
        values = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        request = {
            "StackName": stack,
            "TemplateBody": body,
            "Parameters": values,
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        }
        exists = any(s["StackName"] == stack for s in cloudformation.describe_stacks()["Stacks"])
        (cloudformation.update_stack if exists else cloudformation.create_stack)(**request)
        found = wait_until(lambda: self._settled(cloudformation, stack), 30)
        assert found["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.failures(stack)
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}

    def failures(self, stack: str) -> list[str]:
        events = self.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
        return [event["ResourceStatusReason"] for event in events if event.get("ResourceStatusReason")]

    @staticmethod
    def _settled(cloudformation: Any, stack: str) -> Any:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        return None if found["StackStatus"].endswith("IN_PROGRESS") else found


def start_emulator(directory: Path) -> Emulator:
    port, sftp_port = free_port(), free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(LOCAL),
        "GATEWAY_PORT": str(port),
        "SFTP_PORT": str(sftp_port),
        "SFTP_HOST_KEY": str(directory / "host_key"),
        "TMPDIR": str(directory),
        "LOG_LEVEL": "INFO",
    }
    log = (directory / "emulator.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator"], env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    emulator = Emulator(process, port, sftp_port, directory)
    wait_until(lambda: is_healthy(emulator), 20)
    return emulator


def is_healthy(emulator: Emulator) -> bool:
    assert emulator.process.poll() is None, (emulator.directory / "emulator.log").read_text()
    try:
        return emulator.request("GET", f"{emulator.endpoint}/_ministack/health").status == 200
    except urllib.error.URLError:
        return False


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    running = start_emulator(tmp_path_factory.mktemp("emulator"))
    yield running
    running.process.terminate()
    assert running.process.wait(10) == 0


@pytest.fixture(scope="session")
def machines(emulator: Emulator) -> Any:
    from machines import Machines

    return Machines(emulator)


@pytest.fixture(scope="session")
def intake_stack(emulator: Emulator) -> Any:
    import asyncssh

    from intake import Intake

    key = asyncssh.generate_private_key("ssh-ed25519")
    outputs = emulator.deploy("intake", PublicKey=key.export_public_key().decode().strip())
    return Intake(emulator, key, outputs)


@pytest.fixture
def intake(intake_stack: Any) -> Any:
    """The intake stack with empty queues."""
    time.sleep(0.05)
    intake_stack.drain()
    return intake_stack


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serve() as served:
        yield served


@dataclass
class Api:
    emulator: Emulator
    outputs: dict[str, str]

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, stage: str = "v1"
    ) -> Answer:
        """A request under the host name that the API has on AWS; a body that is no text is sent as JSON."""
        host = f"{self.outputs['ApiId']}.execute-api.us-east-1.amazonaws.com"
        sent = {"Host": host, "Content-Type": "application/json", **(headers or {})}
        data = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        return self.emulator.request(method, f"{self.emulator.endpoint}/{stage}{path}", sent, data)


@pytest.fixture(scope="session")
def api(emulator: Emulator) -> Api:
    return Api(emulator, emulator.deploy("api"))
