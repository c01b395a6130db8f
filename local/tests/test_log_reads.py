"""Reads of CloudWatch Logs while somebody writes."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import log_reads


def test_a_read_that_meets_a_write_is_repeated() -> None:
    groups = {"a": 1}
    writes = iter(["b", "c"])

    def names(_data: dict[str, Any]) -> list[str]:
        read = []
        for name in groups:
            read.append(name)
            if new := next(writes, None):
                groups[new] = 1
        return read

    assert log_reads.repeated(names)({}) == ["a", "b", "c"]


def test_a_read_that_always_fails_ends() -> None:
    def fail(_data: dict[str, Any]) -> None:
        raise RuntimeError("dictionary changed size during iteration")

    with pytest.raises(RuntimeError):
        log_reads.repeated(fail)({})
