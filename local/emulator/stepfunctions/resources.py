"""``AWS::StepFunctions::StateMachine``: the logging configuration in the API's letter case, as the service reads it."""

from __future__ import annotations

from typing import Any

from emulator.cloudformation import Properties, Provisioned, handlers


def install() -> None:
    """Wrap the two handlers that store the template's own letter case."""
    table = handlers("AWS::StepFunctions::StateMachine")
    create, update = table["create"], table["update"]

    def create_machine(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        provisioned: Provisioned = create(logical_id, _with_api_case(properties), stack)
        return provisioned

    def update_machine(arn: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        provisioned: Provisioned = update(arn, _with_api_case(old), _with_api_case(new), stack, logical_id=logical_id)
        return provisioned

    table["create"], table["update"] = create_machine, update_machine


def _with_api_case(properties: Properties) -> Properties:
    if "LoggingConfiguration" not in properties:
        return properties
    configuration = api_case(properties["LoggingConfiguration"])
    data = configuration.get("includeExecutionData", False)
    configuration["includeExecutionData"] = str(data).lower() == "true"
    return {**properties, "LoggingConfiguration": configuration}


def api_case(value: Any) -> Any:
    """``LogGroupArn`` as ``logGroupArn``, at every depth."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: api_case(member) for name, member in value.items()}
    if isinstance(value, list):
        return [api_case(member) for member in value]
    return value
