"""``AWS::ApiGateway::RestApi`` with a Body: created from the document, and updated under the same id.

A changed Body is PutRestApi with mode overwrite. ministack would make another API, with another URL.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from ministack.services import apigateway_v1 as rest

from emulator import patching
from emulator.apigateway.openapi import InvalidDocument, populate
from emulator.cloudformation import Properties, Provisioned, handlers


def install() -> None:
    """Replace the import, and wrap the update of the resource."""
    patching.replace(rest, "_import_rest_api", import_api)
    table = handlers("AWS::ApiGateway::RestApi")
    original = table["update"]

    def update(api_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        if isinstance(new.get("Body"), dict) and isinstance(old.get("Body"), dict) and new["Body"] != old["Body"]:
            overwrite(api_id, new["Body"])
        unchanged_body = {**old, "Body": new.get("Body")}
        provisioned: Provisioned = original(api_id, unchanged_body, new, stack, logical_id=logical_id)
        return provisioned

    table["update"] = update


def import_api(document: dict[str, Any], settings: dict[str, Any] | None = None) -> str:
    """Create a REST API from a document and answer its id; nothing is left of it when the document is not valid."""
    info = document.get("info") or {}
    created = {"name": str(info.get("title", "")), "version": str(info.get("version", "")), **(settings or {})}
    created["binaryMediaTypes"] = _binary_types(document) or created.get("binaryMediaTypes", [])
    status, _headers, body = rest._create_rest_api(created)
    if status >= 400:
        raise InvalidDocument(body.decode())
    api_id: str = json.loads(body)["id"]
    try:
        populate(api_id, document)
    except Exception:
        rest._delete_rest_api(api_id)
        raise
    return api_id


def overwrite(api_id: str, document: dict[str, Any]) -> None:
    """Put a document in the place of what an API consists of. Its stages and deployments stay."""
    stores = (rest._resources, rest._authorizers_v1, rest._request_validators, rest._models, rest._gateway_responses)
    before = [copy.deepcopy(store.get(api_id, {})) for store in stores]
    root = next(resource for resource in rest._resources[api_id].values() if resource["path"] == "/")
    for store in stores:
        store[api_id] = {}
    rest._resources[api_id] = {root["id"]: {**root, "resourceMethods": {}}}
    try:
        populate(api_id, document)
    except Exception:
        for store, contents in zip(stores, before, strict=True):
            store[api_id] = contents
        raise
    rest._rest_apis[api_id]["binaryMediaTypes"] = _binary_types(document)
    for key in [key for key in rest._authorizer_cache if api_id in key]:
        del rest._authorizer_cache[key]


def _binary_types(document: dict[str, Any]) -> list[str]:
    return list(document.get("x-amazon-apigateway-binary-media-types") or [])
