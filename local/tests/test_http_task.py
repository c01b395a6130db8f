from __future__ import annotations

import base64
import urllib.parse
from typing import Any

import pytest
from ministack.services import eventbridge
from ministack.services import stepfunctions as sfn

from conftest import Emulator
from emulator.stepfunctions import form
from emulator.stepfunctions import http_task as integration
from endpoints import Endpoint, Reply
from machines import Machines, http_task

BASIC = {"BasicAuthParameters": {"Username": "user", "Password": "hunter2"}}


@pytest.fixture
def connect(emulator: Emulator, request: pytest.FixtureRequest) -> Any:
    """Creates a connection and answers its ARN."""
    client = emulator.client("events")
    name = request.node.name.split("[")[0]

    def create(kind: str = "BASIC", **parameters: Any) -> str:
        arn: str = client.create_connection(Name=name[:64], AuthorizationType=kind, AuthParameters=parameters or BASIC)[
            "ConnectionArn"
        ]
        return arn

    yield create
    client.delete_connection(Name=name[:64])


def test_an_answer_has_headers_body_and_status(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    endpoint.reply = Reply(201, '{"sid": "SM1"}', headers={"X-Id": "1"})
    ended = machines.run({"T": http_task(f"{endpoint.url}/a?b=1", connect(), RequestBody={"to": "ä"})})
    output = ended["output"]
    assert (output["StatusCode"], output["StatusText"]) == (201, "Created")
    assert output["ResponseBody"] == {"sid": "SM1"} and output["Headers"]["X-Id"] == ["1"]
    request = endpoint.last
    assert (request.method, request.path, request.json()) == ("POST", "/a?b=1", {"to": "ä"})
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"user:hunter2").decode()
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == "Amazon|StepFunctions|HttpInvoke|us-east-1"


def test_an_answer_that_is_not_said_to_be_json_is_text(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    endpoint.reply = Reply(200, '{"a": 1}', media_type="text/plain")
    ended = machines.run({"T": http_task(endpoint.url, connect(), "GET")})
    assert ended["output"]["ResponseBody"] == '{"a": 1}'
    assert endpoint.last.body == "" and "content-type" not in endpoint.last.headers


def test_a_form_arrives_as_typed(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    text = 'it\'s "x" & \\ +% 😀\n'
    body = {"To": "+49", "Body": text, "MediaUrl": ["a", "b"]}
    options = {"RequestBodyEncoding": "URL_ENCODED"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    machines.run({"T": http_task(endpoint.url, connect(), Headers=headers, Transform=options, RequestBody=body)})
    assert endpoint.last.headers["content-type"] == "application/x-www-form-urlencoded"
    fields = urllib.parse.parse_qs(endpoint.last.body, strict_parsing=True)
    assert fields == {"To": ["+49"], "Body": [text], "MediaUrl[0]": ["a"], "MediaUrl[1]": ["b"]}


def test_members_of_arrays_and_objects_are_fields_of_their_own() -> None:
    body = {"a": ["x", {"y": 2}], "o": {"k": 1}, "n": None, "t": True}
    assert urllib.parse.unquote(form.encode(body)) == "a[0]=x&a[1][y]=2&o[k]=1&n=&t=true"


def test_an_api_key_is_a_header(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    connection = connect("API_KEY", ApiKeyAuthParameters={"ApiKeyName": "X-Api-Key", "ApiKeyValue": "hunter2"})
    machines.run({"T": http_task(endpoint.url, connection, Headers={"x-api-key": "mine"})})
    assert endpoint.last.headers["x-api-key"] == "hunter2"


def test_what_the_connection_adds_takes_precedence(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    added = {
        "HeaderParameters": [{"Key": "X-A", "Value": "theirs"}],
        "QueryStringParameters": [{"Key": "q", "Value": "theirs"}],
        "BodyParameters": [{"Key": "b", "Value": "theirs", "IsValueSecret": True}],
    }
    arguments: dict[str, Any] = {
        "Headers": {"x-a": "mine", "X-B": "mine"},
        "QueryParameters": {"q": "mine", "r": ["1", "2"]},
        "RequestBody": {"b": "mine", "c": "mine"},
    }
    machines.run({"T": http_task(endpoint.url, connect(**BASIC, InvocationHttpParameters=added), **arguments)})
    request = endpoint.last
    assert (request.headers["x-a"], request.headers["x-b"]) == ("theirs", "mine")
    assert urllib.parse.urlsplit(request.path).query == "r=1&r=2&q=theirs"
    assert request.json() == {"b": "theirs", "c": "mine"}


def test_a_token_is_fetched_once_for_many_requests(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    endpoint.reply = Reply(200, '{"access_token": "granted", "expires_in": 3600}')
    oauth = {
        "AuthorizationEndpoint": f"{endpoint.url}/token",
        "HttpMethod": "POST",
        "ClientParameters": {"ClientID": "me", "ClientSecret": "hunter2"},
    }
    arn = machines.create(
        {"T": http_task(f"{endpoint.url}/api", connect("OAUTH_CLIENT_CREDENTIALS", OAuthParameters=oauth))}
    )
    for _ in range(2):
        assert machines.end(machines.start(arn))["status"] == "SUCCEEDED"
    assert [request.path for request in endpoint.received] == ["/token", "/api", "/api"]
    granted = urllib.parse.parse_qs(endpoint.received[0].body)
    assert (granted["grant_type"], granted["client_id"]) == (["client_credentials"], ["me"])
    assert endpoint.last.headers["authorization"] == "Bearer granted"


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500, 503])
def test_a_status_is_an_error_of_its_own(machines: Machines, endpoint: Endpoint, connect: Any, status: int) -> None:
    endpoint.reply = Reply(status, '{"message": "no"}', headers={"Location": "/elsewhere"})
    ended = machines.run({"T": http_task(endpoint.url, connect())})
    assert (ended["error"], ended["cause"]) == (f"States.Http.StatusCode.{status}", '{"message": "no"}')
    assert len(endpoint.received) == 1


def test_a_broken_connection_is_a_socket_error(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    connection = connect()
    endpoint.reply = Reply(200, "cut", truncated=True)
    assert machines.run({"T": http_task(endpoint.url, connection)})["error"] == "States.Http.Socket"
    assert machines.run({"T": http_task("http://127.0.0.1:9", connection)})["error"] == "States.Http.Socket"


def test_the_states_timeout_ends_the_wait(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    endpoint.reply = Reply(seconds=3)
    ended = machines.run({"T": {**http_task(endpoint.url, connect()), "TimeoutSeconds": 1}})
    assert ended["error"] == "States.Timeout"


def test_without_one_the_wait_ends_after_60_seconds(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    assert integration.LONGEST_SECONDS == 60
    monkeypatch.setattr(integration, "LONGEST_SECONDS", 0.2)
    record = {"ConnectionState": "AUTHORIZED", "AuthorizationType": "BASIC", "AuthParameters": BASIC}
    monkeypatch.setitem(eventbridge._connections, "slow", record)
    endpoint.reply = Reply(seconds=2)
    arguments = http_task(endpoint.url, "arn:aws:events:us-east-1:000000000000:connection/slow")["Parameters"]
    with pytest.raises(sfn._ExecutionError) as failed:
        integration.invoke("", arguments)
    assert (failed.value.error, failed.value.cause) == ("States.Http.Socket", "no answer within 0.2 seconds")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"ApiEndpoint": "http://example.com/"}, "HTTPS"),
        ({"ApiEndpoint": "http://127.example.com/"}, "HTTPS"),
        ({"ApiEndpoint": "file:///etc/hosts"}, "HTTPS"),
        ({"Method": "TRACE"}, "Method"),
        ({"Authentication": {}}, "ConnectionArn"),
        ({"Headers": {"Authorization": "x"}}, "Authorization"),
        ({"Headers": {"X-Amzn-Trace-Id": "x"}}, "X-Amzn-Trace-Id"),
        ({"RequestBody": {}, "Transform": {"RequestEncodingOptions": {"ArrayFormat": "REPEAT"}}}, "ArrayFormat"),
    ],
)
def test_what_cannot_be_sent_fails_the_execution(
    machines: Machines, endpoint: Endpoint, connect: Any, fields: dict[str, Any], reason: str
) -> None:
    state = http_task(endpoint.url, connect())
    state["Parameters"] |= fields
    ended = machines.run({"T": state})
    assert ended["error"] == "States.Runtime" and reason in ended["cause"]
    assert endpoint.received == []


def test_an_answer_must_be_text_of_256_kib_at_most(machines: Machines, endpoint: Endpoint, connect: Any) -> None:
    connection = connect()
    endpoint.reply = Reply(200, "x" * 262_145, media_type="text/plain")
    assert machines.run({"T": http_task(endpoint.url, connection)})["error"] == "States.DataLimitExceeded"
    endpoint.reply = Reply(200, "x", media_type="image/png")
    assert machines.run({"T": http_task(endpoint.url, connection)})["error"] == "States.Runtime"
    endpoint.reply = Reply(200, "\udcff", media_type="text/plain")
    assert machines.run({"T": http_task(endpoint.url, connection)})["error"] == "States.Runtime"


def test_a_connection_must_exist_and_be_authorized(emulator: Emulator, machines: Machines, connect: Any) -> None:
    arn = connect()
    missing = machines.run({"T": http_task("https://example.com", f"{arn}-not")})
    assert missing["error"] == "Events.ConnectionResource.ResourceNotFound"
    emulator.client("events").deauthorize_connection(Name=arn.rsplit("/", 1)[1])
    refused = machines.run({"T": http_task("https://example.com", arn)})
    assert refused["error"] == "Events.ConnectionResource.InvalidConnectionState"


def test_credentials_are_in_no_error_history_or_log(
    emulator: Emulator, machines: Machines, endpoint: Endpoint, connect: Any
) -> None:
    endpoint.reply = Reply(400, "hunter2 is wrong")
    oauth = {
        "AuthorizationEndpoint": f"{endpoint.url}/token",
        "HttpMethod": "POST",
        "ClientParameters": {"ClientID": "me", "ClientSecret": "hunter2"},
    }
    connection = connect("OAUTH_CLIENT_CREDENTIALS", OAuthParameters=oauth)
    shown = [
        failed_run(machines, http_task(endpoint.url, connection), "Events.ConnectionResource.InvalidConnectionState")
    ]
    # A header that cannot be sent: Python's own error would quote it.
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "hunter2\nX: y"}}
    client = emulator.client("events")
    client.update_connection(Name=connection.rsplit("/", 1)[1], AuthorizationType="API_KEY", AuthParameters=key)
    shown.append(failed_run(machines, http_task(endpoint.url, connection), "States.Http.Socket"))
    shown.append((emulator.directory / "emulator.log").read_text())
    assert not any("hunter2" in text for text in shown)


def failed_run(machines: Machines, state: dict[str, Any], error: str) -> str:
    """All that can be read of an execution that fails with ``error``."""
    execution = machines.start(machines.create({"T": state}))
    ended = machines.end(execution)
    assert ended["error"] == error
    return f"{ended}{machines.events(execution)}"
