from __future__ import annotations

import json

import pytest

from conftest import Api, wait_until
from machines import Machines

ACME = {"Authorization": "Bearer acme"}


def bearer(word: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {word}"}


def test_an_allowed_request_carries_the_authorizers_context(api: Api) -> None:
    answer = api.call("POST", "/echo", {"a": 1}, ACME)
    assert answer.status == 202 and answer.headers["X-Own"] == "yes"
    authorizer = answer.json()["authorizer"]
    assert (authorizer["partner_id"], authorizer["principalId"]) == ("acme", "acme")


def test_results_are_not_cached_with_a_time_to_live_of_zero(api: Api) -> None:
    calls = [int(api.call("POST", "/echo", {}, ACME).json()["authorizer"]["calls"]) for _ in range(2)]
    assert calls[0] != calls[1]


def test_results_are_cached_otherwise(api: Api) -> None:
    calls = [api.call("GET", "/keyed", None, {"X-Key": "cached"}).json()["authorizer"]["calls"] for _ in range(2)]
    assert calls[0] == calls[1]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "UNAUTHORIZED"),
        (bearer("Unauthorized"), 401, "UNAUTHORIZED"),
        (bearer("unauthorized"), 500, "INTERNAL"),
        (bearer("broken"), 500, "INTERNAL"),
        (bearer("shapeless"), 500, "INTERNAL"),
        (bearer("disabled"), 403, "ACCESS_DENIED"),
    ],
)
def test_a_token_authorizer_refuses(api: Api, headers: dict[str, str], status: int, code: str) -> None:
    answer = api.call("POST", "/echo", {}, headers)
    assert (answer.status, answer.json()) == (status, {"error": {"code": code}})
    assert answer.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)


def test_a_request_authorizer_wants_its_identity_source(api: Api) -> None:
    assert api.call("GET", "/keyed").status == 401
    assert api.call("GET", "/keyed", None, {"X-Key": "disabled"}).status == 403


@pytest.mark.parametrize("mode", ["raise", "text", "extra", "object"])
def test_a_failing_function_is_a_502_that_says_nothing(api: Api, mode: str) -> None:
    answer = api.call("POST", f"/echo?mode={mode}", {}, ACME)
    assert (answer.status, answer.body) == (502, '{"error":{"code":"INTERNAL"}}')
    assert answer.headers["X-Envelope"] == "yes"


def test_a_slow_function_is_a_504(api: Api) -> None:
    answer = api.call("GET", "/slow")
    assert (answer.status, answer.json()) == (504, {"error": {"code": "INTERNAL"}})


def test_an_unknown_route_has_the_status_of_its_gateway_response(api: Api) -> None:
    for method, path in (("GET", "/nothing"), ("DELETE", "/echo")):
        answer = api.call(method, path, None, ACME)
        assert (answer.status, answer.json()) == (404, {"error": {"code": "NOT_FOUND"}})


def test_a_body_over_10_mb_is_refused(api: Api) -> None:
    answer = api.call("POST", "/echo", "x" * 10_485_761, ACME)
    assert (answer.status, answer.json()) == (413, {"error": {"code": "REQUEST_TOO_LARGE"}})


def test_a_content_type_without_a_template_is_refused(api: Api) -> None:
    answer = api.call("POST", "/sms", "To=1", {**ACME, "Content-Type": "text/plain"})
    assert (answer.status, answer.json()) == (415, {"error": {"code": "UNSUPPORTED_MEDIA_TYPE"}})


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/validated?mode=x", {"id": "1", "lines": [{"sku": "a"}]}, 202),
        ("/validated", {"id": "1", "lines": []}, 400),
        ("/validated?mode=x", {"id": "1"}, 400),
        ("/validated?mode=x", {"id": "1", "lines": [{"sku": ""}]}, 400),
        ("/validated?mode=x", "no json", 400),
    ],
)
def test_requests_are_validated_by_model_and_parameters(api: Api, path: str, body: object, status: int) -> None:
    assert api.call("POST", path, body).status == status


def test_a_body_of_another_content_type_has_no_model(api: Api) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert api.call("POST", "/validated?mode=x", "a=b", form).status == 202


def test_a_text_passes_the_templates_as_typed(api: Api) -> None:
    text = 'it\'s "x" \\ 😀 /é\n2 #set($a=1) $b'
    answer = api.call("POST", "/sms", {"To": "1", "Body": text}, ACME)
    assert answer.status == 200 and answer.headers["X-Source"] == "sms"
    assert answer.json() == {"text": text, "partner": "acme"}


def test_a_template_may_override_status_and_headers(api: Api) -> None:
    answer = api.call("POST", "/sms", {"To": "fail", "Body": "x"}, ACME)
    assert (answer.status, answer.json()) == (502, {"error": {"code": "Provider"}})
    assert answer.headers["Retry-After"] == "5"


def test_a_mock_renders_its_template(api: Api) -> None:
    assert (api.call("GET", "/mock").status, api.call("GET", "/mock").json()) == (418, {"extra": "extra"})


def test_a_signed_request_reads_the_directory(api: Api, machines: Machines) -> None:
    item = {"partner_id": {"S": "acme"}, "email": {"S": "a@b.example"}, "api_token_sha256": {"S": "secret"}}
    api.emulator.client("dynamodb").put_item(TableName=api.outputs["Partners"], Item=item)
    ended = machines.end(machines.start(api.outputs["Asker"], {"partner": "acme", "auth": "IAM_ROLE"}))
    assert ended["output"] == {"email": "a@b.example", "status": 200}


@pytest.mark.parametrize(
    ("partner", "auth", "error"), [("none", "IAM_ROLE", "ApiGateway.404"), ("acme", "NO_AUTH", "ApiGateway.404")]
)
def test_a_refused_request_is_an_error_with_its_status(
    api: Api, machines: Machines, partner: str, auth: str, error: str
) -> None:
    # Without a signature the answer is MISSING_AUTHENTICATION_TOKEN, which this API gives the status 404.
    ended = machines.end(machines.start(api.outputs["Asker"], {"partner": partner, "auth": auth}))
    assert ended["error"] == error
    assert json.loads(ended["cause"]) == {"error": {"code": "NOT_FOUND"}}


def test_an_unknown_host_is_a_client_exception(machines: Machines) -> None:
    parameters = {"ApiEndpoint": "nowhere.example", "Method": "GET"}
    task = {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "Parameters": parameters, "End": True}
    assert machines.run({"T": task})["error"] == "ApiGateway.SdkClientException"


def test_what_is_no_signature_is_refused(api: Api) -> None:
    answer = api.call("GET", "/partners/acme", None, {"Authorization": "Bearer acme"})
    assert (answer.status, answer.json()) == (403, {"error": {"code": "DEFAULT_4XX"}})


def test_a_workflows_history_is_logged_without_its_data(api: Api) -> None:
    api.call("POST", "/sms", {"To": "1", "Body": "private"}, ACME)
    logs = api.emulator.client("logs")

    def messages() -> list[str]:
        return [e["message"] for e in logs.filter_log_events(logGroupName=api.outputs["Log"])["events"]]

    wait_until(lambda: any('"ExecutionSucceeded"' in message for message in messages()))
    types = [json.loads(message)["type"] for message in messages()]
    assert types[0] == "ExecutionStarted" and "PassStateEntered" in types
    assert not any("private" in message for message in messages())


def test_a_changed_document_keeps_the_id_of_the_api(api: Api) -> None:
    updated = api.emulator.deploy("api", Extra="changed")
    assert updated["ApiId"] == api.outputs["ApiId"]
    assert api.call("GET", "/mock").json() == {"extra": "changed"}
    assert api.call("POST", "/echo", {}, ACME).status == 202
