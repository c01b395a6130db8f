from __future__ import annotations

from typing import Any

import pytest

from emulator import jsonpath

DOCUMENT = {"a": {"b": [1, {"c": None}, 3]}, "with space": 1, "it's": 2, "äö": 3}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", DOCUMENT),
        ("$.a.b[0]", 1),
        ("$.a.b[-1]", 3),
        ("$.a.b[1].c", None),
        ("$['a']['b'][2]", 3),
        ('$["with space"]', 1),
        (r"$['it\'s']", 2),
        ("$.äö", 3),
        ("$.a.b[*]", [1, {"c": None}, 3]),
        ("$.a.b[*].c", [None]),
        ("$.a.b[*].d", []),
        ("$.a.*", [[1, {"c": None}, 3]]),
    ],
)
def test_a_path_selects(path: str, value: Any) -> None:
    assert jsonpath.find(path, DOCUMENT) == value


@pytest.mark.parametrize("path", ["$.b", "$.a.b[3]", "$.a.b[-4]", "$.a.b.c", "$.a[0]", "$.a.b[1].c.d"])
def test_a_path_that_matches_nothing_is_missing_and_not_null(path: str) -> None:
    assert jsonpath.find(path, DOCUMENT) is jsonpath.MISSING


@pytest.mark.parametrize("path", ["a", "$.", "$..b", "$.a.b[0:2]", "$.a.b[?(@.c)]", "$.a[", "$a", "$['a"])
def test_what_is_not_supported_is_refused(path: str) -> None:
    with pytest.raises(jsonpath.UnsupportedPath):
        jsonpath.find(path, DOCUMENT)
