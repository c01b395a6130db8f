"""Which endpoint a function's process is given."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.lambda_endpoint import keeping_its_own

EMULATOR = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("config", "endpoint"),
    [
        ({}, EMULATOR),
        ({"Environment": {"Variables": {"AWS_ENDPOINT_URL": ""}}}, EMULATOR),
        ({"Environment": {"Variables": {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}}}, "http://127.0.0.1:9"),
    ],
)
def test_a_functions_own_endpoint_stands(config: dict[str, Any], endpoint: str) -> None:
    environment = keeping_its_own(lambda *_arguments: {"AWS_ENDPOINT_URL": EMULATOR, "HOME": "/"})
    assert environment(config, "/code", 1) == {"AWS_ENDPOINT_URL": endpoint, "HOME": "/"}
