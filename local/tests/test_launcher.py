from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import LOCAL, Emulator, start_emulator
from emulator import environment, launcher


@pytest.mark.parametrize("installed", ["1.5.34", "1.5.3", None])
def test_another_ministack_is_refused_with_both_versions(
    installed: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        launcher.refuse_other_version(installed)
    assert ended.value.code == 2
    message = capsys.readouterr().err
    assert "1.5.33" in message and (installed or "not installed") in message


def test_the_pinned_version_is_the_required_one() -> None:
    assert f"ministack=={launcher.MINISTACK_VERSION}\n" in (LOCAL / "requirements.txt").read_text()


def test_functions_see_nothing_of_the_callers_environment() -> None:
    variables = {"PATH": "/bin", "GATEWAY_PORT": "4000", "AWS_PROFILE": "production", "TOKEN": "secret"}
    variables |= {"TMPDIR": "/own", "STATE_DIR": "/theirs"}
    environment.prepare(variables)
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4000"
    assert (variables["PATH"], variables["STATE_DIR"]) == ("/bin", "/own/ministack-state")
    assert not {"AWS_PROFILE", "TOKEN"} & variables.keys()


def test_a_taken_port_is_refused(emulator: Emulator) -> None:
    variables = {**os.environ, "PYTHONPATH": str(LOCAL), "GATEWAY_PORT": str(emulator.port)}
    ended = subprocess.run([sys.executable, "-m", "emulator"], env=variables, capture_output=True, timeout=20)
    assert ended.returncode == 2
    assert f"127.0.0.1:{emulator.port} is in use" in ended.stderr.decode()


def test_it_listens_on_the_loopback_interface_alone(emulator: Emulator) -> None:
    emulator.client("transfer").create_server()
    sockets = Path(f"/proc/{emulator.process.pid}/net/tcp").read_text().splitlines()[1:]
    listening = {line.split()[1] for line in sockets if line.split()[3] == "0A"}
    for port in (emulator.port, emulator.sftp_port):
        assert [address for address in listening if address.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_sigterm_ends_it_within_seconds_though_executions_wait(tmp_path: Path) -> None:
    emulator = start_emulator(tmp_path)
    states = emulator.client("stepfunctions")
    definition = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    role = "arn:aws:iam::000000000000:role/any"
    machine = states.create_state_machine(name="waiting", definition=json.dumps(definition), roleArn=role)
    for _ in range(20):
        states.start_execution(stateMachineArn=machine["stateMachineArn"])
    began = time.monotonic()
    emulator.process.terminate()
    assert emulator.process.wait(10) == 0
    assert time.monotonic() - began < 5
