from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import Emulator
from emulator.events import connections
from endpoints import Endpoint
from machines import Machines, http_task


def described(emulator: Emulator, name: str) -> dict[str, Any]:
    """The answer as it is sent: boto3 drops what it does not know, and would hide a password that is shown."""
    headers = {
        "X-Amz-Target": "AWSEvents.DescribeConnection",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/events/aws4_request",
    }
    body = json.dumps({"Name": name}).encode()
    answer: dict[str, Any] = emulator.request("POST", emulator.endpoint, headers, body).json()
    return answer


def test_credentials_come_from_a_secret_and_follow_it_in_place(
    emulator: Emulator, machines: Machines, endpoint: Endpoint
) -> None:
    secrets = emulator.client("secretsmanager")
    arns = [
        secrets.create_secret(
            Name=f"account-{name}", SecretString=json.dumps({"username": name, "password": "hunter2"})
        )
        for name in ("one", "two")
    ]
    first = emulator.deploy("connection", Secret=arns[0]["ARN"])
    machine = machines.create({"T": http_task(endpoint.url, first["Arn"])})
    machines.end(machines.start(machine))
    second = emulator.deploy("connection", Secret=arns[1]["ARN"])
    machines.end(machines.start(machine))
    assert second == first
    assert [request.headers["authorization"] for request in endpoint.received] == [
        "Basic b25lOmh1bnRlcjI=",
        "Basic dHdvOmh1bnRlcjI=",
    ]
    answer = described(emulator, first["Name"])
    assert (answer["ConnectionArn"], answer["ConnectionState"]) == (first["Arn"], "AUTHORIZED")
    assert answer["AuthParameters"] == {
        "BasicAuthParameters": {"Username": "two"},
        "InvocationHttpParameters": {
            "HeaderParameters": [
                {"Key": "X-Open", "Value": "shown", "IsValueSecret": False},
                {"Key": "X-Secret", "IsValueSecret": True},
            ]
        },
    }
    assert "hunter2" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        (
            {"ApiKeyAuthParameters": {"ApiKeyName": "n", "ApiKeyValue": "v"}},
            {"ApiKeyAuthParameters": {"ApiKeyName": "n"}},
        ),
        (
            {"OAuthParameters": {"HttpMethod": "POST", "ClientParameters": {"ClientID": "i", "ClientSecret": "s"}}},
            {"OAuthParameters": {"HttpMethod": "POST", "ClientParameters": {"ClientID": "i"}}},
        ),
    ],
)
def test_no_kind_of_authorization_shows_its_secret(parameters: dict[str, Any], shown: dict[str, Any]) -> None:
    assert connections.shown(parameters) == shown


@pytest.mark.parametrize(
    ("url", "reachable"),
    [
        ("https://example.com/a", True),
        ("http://127.0.0.1:80/a", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://example.com/", False),
        ("http://localhost.example.com/", False),
        ("https:///a", False),
        ("ftp://127.0.0.1/", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_http_is_for_the_loopback_interface_alone(url: str, reachable: bool) -> None:
    assert connections.is_reachable(url) is reachable
