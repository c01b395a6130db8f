"""JSONata expressions, parsed once: a definition's are evaluated in every one of its executions."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonata.jsonata import Jsonata
from jsonata.parser import Parser

from emulator import patching

_EXPRESSIONS = 4096


def install() -> None:
    """Wrap the parser. Evaluation does not change what it makes of a text."""
    patching.wrap(Parser, "parse", _remembering)
    # One for each thread otherwise, and each execution is a thread of its own.
    shared = Parser()
    patching.replace(Jsonata, "get_parser", lambda: shared)


def _remembering(original: patching.Function) -> patching.Function:
    @lru_cache(_EXPRESSIONS)
    def parsed(text: str, *engine: Any) -> Any:
        # A parser holds the text that it reads: one of its own for each.
        return original(Parser(), text, *engine)

    def parse(_parser: Parser, text: str, *engine: Any) -> Any:
        return parsed(text, *engine)

    return parse
