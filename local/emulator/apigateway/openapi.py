"""Imports an OpenAPI 3 document into a REST API, with everything that it says about requests and responses.

ministack's import drops validators, models, parameters, templates and gateway responses. What API Gateway refuses in
a document, such as a response status or a mapped header that the operation does not declare, is refused here too.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.services import apigateway_v1 as rest

Document = dict[str, Any]
_METHODS = ("get", "post", "put", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method")
_LOCATIONS = {"query": "querystring", "header": "header", "path": "path"}


class InvalidDocument(ValueError):
    """What API Gateway would answer with BadRequestException."""


def populate(api_id: str, document: Document) -> None:
    """Fill an empty REST API from a document."""
    _Importer(api_id, document).run()


class _Importer:
    def __init__(self, api_id: str, document: Document) -> None:
        self.api_id = api_id
        self.document = document
        self.schemas: dict[str, Any] = (document.get("components") or {}).get("schemas") or {}
        self.validators: dict[str, str] = {}
        self.security: dict[str, Any] = {}

    def run(self) -> None:
        for name, schema in self.schemas.items():
            self._add_model(name, schema)
        for name, switches in (self.document.get("x-amazon-apigateway-request-validators") or {}).items():
            answer = rest._create_request_validator(self.api_id, {"name": name, **switches})
            self.validators[name] = _succeed(answer)["id"]
        responses = self.document.get("x-amazon-apigateway-gateway-responses") or {}
        for kind, response in responses.items():
            _succeed(rest._put_gateway_response(self.api_id, kind, response))
        self.security = rest._import_security_schemes(self.api_id, self.document)
        for path, item in (self.document.get("paths") or {}).items():
            self._add_path(path, item)

    def _add_model(self, name: str, schema: Any) -> None:
        if not re.fullmatch(r"[A-Za-z0-9]+", name):
            raise InvalidDocument(f"Model name must be alphanumeric: {name}")
        text = json.dumps(self._with_model_references(schema))
        _succeed(rest._create_model(self.api_id, {"name": name, "contentType": "application/json", "schema": text}))

    def _with_model_references(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._with_model_references(member) for member in value]
        if not isinstance(value, dict):
            return value
        changed = {name: self._with_model_references(member) for name, member in value.items()}
        reference = changed.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            name = self._model_name(reference)
            changed["$ref"] = f"https://apigateway.amazonaws.com/restapis/{self.api_id}/models/{name}"
        return changed

    def _model_name(self, reference: str) -> str:
        name = reference.removeprefix("#/components/schemas/")
        if name not in self.schemas:
            raise InvalidDocument(f"Invalid model reference specified: {reference}")
        return name

    def _add_path(self, path: str, item: Document) -> None:
        resource_id = self._resource(path)
        shared = item.get("parameters") or []
        for name, operation in item.items():
            if name in _METHODS:
                method = "ANY" if name.startswith("x-") else name.upper()
                where = f"'{method}' for resource at path '{path}'"
                parameters = shared + (operation.get("parameters") or [])
                self._add_method(resource_id, method, {**operation, "parameters": parameters}, where)

    def _resource(self, path: str) -> str:
        resources = rest._resources[self.api_id]
        current = next(resource["id"] for resource in resources.values() if resource["path"] == "/")
        for part in filter(None, path.split("/")):
            children = (r["id"] for r in resources.values() if r["parentId"] == current and r["pathPart"] == part)
            child = next(children, None)
            current = child or _succeed(rest._create_resource(self.api_id, current, {"pathPart": part}))["id"]
        return str(current)

    def _add_method(self, resource_id: str, method: str, operation: Document, where: str) -> None:
        # A security requirement at the document's root is ignored, as API Gateway does: such a method is open to all.
        settings = rest._method_security(operation.get("security"), self.security)
        settings["requestParameters"] = {
            f"method.request.{_LOCATIONS[p['in']]}.{p['name']}": bool(p.get("required"))
            for p in operation["parameters"]
            if p["in"] in _LOCATIONS
        }
        settings["requestModels"] = self._request_models(operation, f"{resource_id}{method}")
        settings["requestValidatorId"] = self._validator(operation, where)
        _succeed(rest._put_method(self.api_id, resource_id, method, settings))
        for status, response in (operation.get("responses") or {}).items():
            parameters = {f"method.response.header.{name}": False for name in response.get("headers") or {}}
            answer = rest._put_method_response(
                self.api_id, resource_id, method, str(status), {"responseParameters": parameters}
            )
            _succeed(answer)
        integration = operation.get("x-amazon-apigateway-integration")
        if integration is None:
            raise InvalidDocument(f"No integration defined for method {where}")
        self._add_integration(resource_id, method, integration, where)

    def _validator(self, operation: Document, where: str) -> str | None:
        name = "x-amazon-apigateway-request-validator"
        chosen = operation.get(name, self.document.get(name))
        if chosen is None:
            return None
        if chosen not in self.validators:
            raise InvalidDocument(f"Invalid request validator '{chosen}' on {where}")
        return self.validators[chosen]

    def _request_models(self, operation: Document, unique: str) -> dict[str, str]:
        models: dict[str, str] = {}
        for content_type, media in ((operation.get("requestBody") or {}).get("content") or {}).items():
            schema = media.get("schema")
            if not schema:
                continue
            if "$ref" in schema:
                models[content_type] = self._model_name(schema["$ref"])
            else:
                name = f"MODEL{unique}{len(models)}"
                self._add_model(name, schema)
                models[content_type] = name
        return models

    def _add_integration(self, resource_id: str, method: str, integration: Document, where: str) -> None:
        declared = rest._resources[self.api_id][resource_id]["resourceMethods"][method]
        for source in (integration.get("requestParameters") or {}).values():
            if source.startswith("method.request.") and source not in declared["requestParameters"]:
                raise InvalidDocument(f"Invalid mapping expression parameter specified: {source} on {where}")
        members = ("httpMethod", "uri", "credentials", "requestParameters", "requestTemplates", "contentHandling")
        settings = {name: integration[name] for name in members if name in integration}
        settings["type"] = str(integration.get("type", "")).upper()
        settings["passthroughBehavior"] = str(integration.get("passthroughBehavior", "when_no_match")).upper()
        settings["timeoutInMillis"] = integration.get("timeoutInMillis", 29_000)
        _succeed(rest._put_integration(self.api_id, resource_id, method, settings))
        for pattern, response in (integration.get("responses") or {}).items():
            status = str(response.get("statusCode", "200"))
            self._check_response(declared, status, response, where)
            entry = {**response, "selectionPattern": "" if pattern == "default" else pattern}
            _succeed(rest._put_integration_response(self.api_id, resource_id, method, status, entry))

    def _check_response(self, declared: Document, status: str, response: Document, where: str) -> None:
        problem = f"Unable to put integration response on '{status}' for {where}"
        if status not in declared["methodResponses"]:
            raise InvalidDocument(f"{problem}: Invalid Response status code specified")
        if status in declared["methodIntegration"]["integrationResponses"]:
            # They are kept by status: a second one would take the first one's place in silence.
            raise InvalidDocument(f"{problem}: two patterns have this status code")
        allowed = declared["methodResponses"][status]["responseParameters"]
        for header in response.get("responseParameters") or {}:
            if header not in allowed:
                raise InvalidDocument(f"{problem}: Invalid mapping expression parameter specified: {header}")


def _succeed(response: tuple[int, dict[str, str], bytes]) -> dict[str, Any]:
    status, _headers, body = response
    answer: dict[str, Any] = json.loads(body) if body else {}
    if status >= 400:
        raise InvalidDocument(str(answer.get("message", answer)))
    return answer
