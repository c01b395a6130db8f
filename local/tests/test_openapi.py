from __future__ import annotations

import copy
from typing import Any

import pytest
from ministack.services import apigateway_v1 as rest

from emulator.apigateway import openapi, rest_api

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "t", "version": "1"},
    "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True}},
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "paths": {
        "/a/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True}],
            "post": {
                "x-amazon-apigateway-request-validator": "all",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                "responses": {"200": {"headers": {"X-A": {}}}},
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy",
                    "httpMethod": "GET",
                    "uri": "http://127.0.0.1/{id}",
                    "requestParameters": {"integration.request.path.id": "method.request.path.id"},
                    "responses": {
                        "default": {"statusCode": "200", "responseParameters": {"method.response.header.X-A": "'a'"}}
                    },
                },
            },
        }
    },
    "components": {"schemas": {"Order": {"properties": {"line": {"$ref": "#/components/schemas/Line"}}}, "Line": {}}},
}
POST = ("paths", "/a/{id}", "post")


def changed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    at = document
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return document


def test_everything_about_requests_and_responses_is_kept() -> None:
    api_id = rest_api.import_api(DOCUMENT)
    (method,) = [r["resourceMethods"]["POST"] for r in rest._resources[api_id].values() if r["path"] == "/a/{id}"]
    assert method["requestParameters"] == {"method.request.path.id": True}
    assert method["requestModels"] == {"application/json": "Order"}
    assert rest._request_validators[api_id][method["requestValidatorId"]]["validateRequestBody"] is True
    assert f"/restapis/{api_id}/models/Line" in rest._models[api_id]["Order"]["schema"]
    assert method["methodResponses"]["200"]["responseParameters"] == {"method.response.header.X-A": False}
    assert method["methodIntegration"]["integrationResponses"]["200"]["selectionPattern"] == ""
    assert rest._rest_apis[api_id]["binaryMediaTypes"] == ["image/png"]


INTEGRATION = (*POST, "x-amazon-apigateway-integration")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (changed((*POST, "responses"), {}), "Invalid Response status code"),
        (changed((*POST, "responses"), {"200": {}}), "method.response.header.X-A"),
        (changed((*POST, "x-amazon-apigateway-request-validator"), "none"), "Invalid request validator"),
        (changed(("components", "schemas"), {}), "Invalid model reference"),
        (changed(("components", "schemas", "My-Order"), {}), "alphanumeric"),
        (changed(INTEGRATION, None), "No integration defined"),
        (
            changed((*INTEGRATION, "requestParameters"), {"integration.request.path.id": "method.request.path.no"}),
            "method.request.path.no",
        ),
        (
            changed((*INTEGRATION, "responses"), {"default": {"statusCode": 200}, "5..": {"statusCode": "200"}}),
            "two patterns",
        ),
        (changed(("x-amazon-apigateway-gateway-responses",), {"NO_SUCH": {}}), "NO_SUCH"),
    ],
)
def test_what_api_gateway_refuses_is_refused_and_leaves_nothing(document: dict[str, Any], reason: str) -> None:
    before = set(rest._rest_apis)
    with pytest.raises(openapi.InvalidDocument, match=reason):
        rest_api.import_api(document)
    assert set(rest._rest_apis) == before


def test_a_security_requirement_at_the_root_protects_no_method() -> None:
    scheme = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
    document = changed(("components", "securitySchemes"), {"signature": scheme})
    required: list[dict[str, list[str]]] = [{"signature": []}]

    def authorization(document: dict[str, Any]) -> str:
        resources = rest._resources[rest_api.import_api(document)].values()
        (method,) = [r["resourceMethods"]["POST"] for r in resources if r["path"] == "/a/{id}"]
        return str(method["authorizationType"])

    assert authorization({**document, "security": required}) == "NONE"
    document["paths"]["/a/{id}"]["post"]["security"] = required
    assert authorization(document) == "AWS_IAM"


def test_a_refused_overwrite_leaves_the_api_as_it_was() -> None:
    api_id = rest_api.import_api(DOCUMENT)
    before = copy.deepcopy(rest._resources[api_id])
    with pytest.raises(openapi.InvalidDocument):
        rest_api.overwrite(api_id, changed((*POST, "responses"), {}))
    assert rest._resources[api_id] == before
