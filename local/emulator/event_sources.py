"""``AWS::Lambda::EventSourceMapping``: numbers that come from parameters are numbers.

CloudFormation hands every parameter over as text, and converts it where a resource's schema wants a number. Ministack
compares the text with numbers later, and its poller then delivers nothing.
"""

from __future__ import annotations

from typing import Any

from emulator.cloudformation import Properties, Provisioned, handlers

_NUMBERS = frozenset(
    {
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "MaximumConcurrency",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
    }
)


def install() -> None:
    """Wrap the resource's create and update."""
    table = handlers("AWS::Lambda::EventSourceMapping")
    create, update = table["create"], table["update"]

    def create_mapping(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        return create(logical_id, with_numbers(properties), stack)  # type: ignore[no-any-return]

    def update_mapping(mapping_id: str, old: Properties, new: Properties, stack: str) -> Provisioned:
        return update(mapping_id, with_numbers(old), with_numbers(new), stack)  # type: ignore[no-any-return]

    table["create"] = create_mapping
    table["update"] = update_mapping


def with_numbers(value: Any, name: str = "") -> Any:
    """``value`` with the texts of numeric properties made numbers, at every depth."""
    if isinstance(value, dict):
        return {key: with_numbers(item, key) for key, item in value.items()}
    if isinstance(value, str) and name in _NUMBERS:
        return int(value)
    return value
