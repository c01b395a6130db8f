"""The mapping templates of openapi.yaml itself, for every way in which StartSyncExecution may end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.apigateway import integrations, velocity
from emulator.apigateway.velocity import Call

velocity.install_operators()
DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "openapi.yaml").read_text())
SMS = DOCUMENT["paths"]["/sms"]["post"]
PROVIDER_SAYS = {"error": {"code": "PROVIDER_BUSY", "message": "Later."}}


def integration() -> dict[str, Any]:
    """As the emulator keeps it: one response a status, with its pattern."""
    responses: dict[str, Any] = {}
    for pattern, response in SMS["x-amazon-apigateway-integration"]["responses"].items():
        entry = {**response, "selectionPattern": "" if pattern == "default" else pattern}
        assert responses.setdefault(response["statusCode"], entry) is entry
    return {"integrationResponses": responses}


def ended(status: int, body: Any) -> str:
    return json.dumps({"status": "SUCCEEDED", "output": json.dumps({"status": status, "body": json.dumps(body)})})


def refused(name: str) -> str:
    return json.dumps({"__type": name, "message": "Internals of AWS."})


@pytest.mark.parametrize(
    ("backend", "answer", "status", "code", "retry_after"),
    [
        (200, ended(503, PROVIDER_SAYS), 503, "PROVIDER_BUSY", "5"),
        (200, ended(502, PROVIDER_SAYS), 502, "PROVIDER_BUSY", None),
        (200, '{"status": "TIMED_OUT"}', 504, "PROVIDER_TIMEOUT", None),
        (200, '{"status": "FAILED", "error": "E", "cause": "Internals."}', 502, "PROVIDER_FAILED", None),
        (400, refused("ThrottlingException"), 503, "UNAVAILABLE", "5"),
        (400, refused("com.amazon.coral.availability#ThrottlingException"), 503, "UNAVAILABLE", "5"),
        (400, refused("com.amazonaws.swf.service.v2.model#InvalidExecutionInput"), 413, "REQUEST_TOO_LARGE", None),
        (400, refused("ValidationException"), 413, "REQUEST_TOO_LARGE", None),
        (400, refused("AccessDeniedException"), 500, "INTERNAL_ERROR", None),
        (403, "{}", 500, "INTERNAL_ERROR", None),
        (500, refused("InternalFailure"), 502, "OUTCOME_UNKNOWN", None),
        (503, "", 502, "OUTCOME_UNKNOWN", None),
    ],
)
def test_every_end_has_its_status(backend: int, answer: str, status: int, code: str, retry_after: str | None) -> None:
    found, headers, body = integrations.respond(integration(), backend, answer, Call(""))
    error = json.loads(body)["error"]
    assert (found, error["code"], headers.get("Retry-After")) == (status, code, retry_after)
    assert str(status) in SMS["responses"]
    assert "Internals" not in error["message"]
    # Only what was certainly not carried out may be asked for again.
    assert ("again" in error["message"]) <= (status == 503)
    if code in ("PROVIDER_TIMEOUT", "PROVIDER_FAILED", "OUTCOME_UNKNOWN"):
        assert error["message"].endswith("is not known.")


def test_the_providers_answer_comes_back_as_it_is() -> None:
    answer = {"sid": "SM1", "body": 'it\'s "ok" \\ 😀'}
    found, _headers, body = integrations.respond(integration(), 200, ended(200, answer), Call(""))
    assert (found, json.loads(body)) == (200, answer)
