"""From API Gateway through an Express workflow to a third party and back, in one request."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import Answer, Api, Emulator
from endpoints import Endpoint, Reply, serve

ACME = {"X-Key": "acme"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Endpoint]:
    with serve() as served:
        yield served


@pytest.fixture(scope="module")
def third_party(emulator: Emulator, provider: Endpoint) -> Api:
    return Api(emulator, emulator.deploy("third-party", "third_party", Endpoint=provider.url))


def send(api: Api, text: str = "x", **headers: str) -> Answer:
    return api.call("POST", "/sms", {"sendsms": {"To": "+1", "Body": text}}, {**ACME, **headers})


def test_a_request_and_its_answer_pass_unchanged(third_party: Api, provider: Endpoint) -> None:
    provider.reply = Reply(201, '{"sid": "SM1", "body": "it\'s \\"ok\\" 😀"}')
    text = "it's \"x\" \\ \\' 😀 é/ü\n\t$context #end &+%"
    answer = send(third_party, text)
    assert answer.status == 200 and answer.json()["answer"] == {"sid": "SM1", "body": 'it\'s "ok" 😀'}
    fields = urllib.parse.parse_qs(provider.last.body, strict_parsing=True)
    assert fields == {"To": ["+1"], "Body": [text]}
    assert provider.last.headers["authorization"] == "Basic QUMxOnNlY3JldA=="


def test_the_template_knows_what_the_authorizer_found(third_party: Api, provider: Endpoint) -> None:
    provider.reply = Reply(200, "{}")
    assert send(third_party).json()["caller"] == {
        "partner": "acme",
        "principal": "principal-acme",
        "limit": 5,
        "trial": True,
        "note": 'a "quoted" note',
    }


@pytest.mark.parametrize(
    ("reply", "status", "answer", "retry_after"),
    [
        (Reply(200, "{}"), 200, {}, None),
        (Reply(400, "{}"), 422, "States.Http.StatusCode.400", None),
        (Reply(200, "{}", truncated=True), 422, "States.Http.Socket", None),
        (Reply(200, "{}", seconds=5), 504, "late", "5"),
    ],
)
def test_the_outcome_chooses_status_and_headers(
    third_party: Api, provider: Endpoint, reply: Reply, status: int, answer: Any, retry_after: str | None
) -> None:
    provider.reply = reply
    found = send(third_party)
    assert (found.status, found.json()["answer"], found.headers.get("Retry-After")) == (status, answer, retry_after)


def test_a_failed_execution_is_an_answer_with_error_and_cause(third_party: Api, provider: Endpoint) -> None:
    provider.reply = Reply(500)
    answer = send(third_party)
    assert (answer.status, answer.json()) == (502, {"error": "Broken", "cause": 'the "provider" is down'})


def test_an_input_that_step_functions_refuses_takes_the_responses_pattern(third_party: Api) -> None:
    answer = send(third_party, "x" * 262_144)
    assert (answer.status, answer.json()) == (500, {"error": "refused"})


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
    ],
)
def test_only_a_content_type_with_a_template_is_taken(
    third_party: Api, provider: Endpoint, media_type: str, status: int
) -> None:
    provider.reply = Reply(200, "{}")
    assert send(third_party, **{"Content-Type": media_type}).status == status


def test_the_authorizer_is_asked_before_the_content_type(third_party: Api) -> None:
    form = {"Content-Type": "text/plain"}
    assert third_party.call("POST", "/sms", "x", form).status == 401
    assert third_party.call("POST", "/sms", "x", {"X-Key": "disabled", **form}).status == 403
