"""Request validation by the model of the request's own content type.

A content type that the method has no model for is not validated ("If the content type isn't found, request validation
is not performed": API Gateway developer guide); ``$default`` stands for all. ministack would take the JSON model.
"""

from __future__ import annotations

from typing import Any

from ministack.services import apigateway_v1 as rest

from emulator import patching
from emulator.apigateway.requests import media_type


def install() -> None:
    """Wrap the check."""
    patching.wrap(rest, "_check_request_validation", _by_content_type)


def _by_content_type(original: patching.Function) -> patching.Function:
    def check(method: dict[str, Any], api_id: str, request: Any, headers: dict[str, Any], *rest_of_call: Any) -> Any:
        models = method.get("requestModels") or {}
        model = models.get(media_type(headers), models.get("$default"))
        # ministack falls back to the JSON model: it is given the one that applies, under that name, or none.
        chosen = {"application/json": model} if model else {}
        return original({**method, "requestModels": chosen}, api_id, request, headers, *rest_of_call)

    return check
