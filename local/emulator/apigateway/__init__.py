"""API Gateway REST APIs: the import of OpenAPI documents, mapping templates, and API Gateway's own refusals."""

from __future__ import annotations

from emulator.apigateway import hostnames, integrations, proxy, requests, rest_api, validation


def install() -> None:
    """Install every module of this package."""
    for module in (hostnames, rest_api, requests, validation, integrations, proxy):
        module.install()
