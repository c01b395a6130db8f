"""History events in the log group of a state machine's logging configuration, by its level."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import Any

from ministack.services import cloudwatch_logs
from ministack.services import stepfunctions as sfn

from emulator import patching

_log = logging.getLogger("emulator.stepfunctions")
_LEVELS = {
    "ALL": re.compile(r".*"),
    "ERROR": re.compile(r".*(Failed|TimedOut|Aborted)"),
    "FATAL": re.compile(r"Execution(Failed|TimedOut|Aborted)"),
}
_DATA_MEMBERS = ("input", "output", "parameters")


def install() -> None:
    """Wrap the function through which every history event passes."""
    patching.wrap(sfn, "_add_event", _logging)


def _logging(original: patching.Function) -> patching.Function:
    def add(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
        event: dict[str, Any] = original(execution, event_type, details)
        machine = sfn._state_machines.get(execution["stateMachineArn"]) or {}
        configuration = machine.get("loggingConfiguration") or {}
        level = _LEVELS.get(configuration.get("level", "OFF"))
        if level is not None and level.fullmatch(event_type):
            with_data = bool(configuration.get("includeExecutionData"))
            message = json.dumps(log_entry(event, execution["executionArn"], with_data))
            for destination in configuration.get("destinations") or []:
                _write(destination["cloudWatchLogsLogGroup"]["logGroupArn"], machine["name"], message)
        return event

    return add


def log_entry(event: dict[str, Any], execution_arn: str, with_data: bool) -> dict[str, Any]:
    """One line of the log, as Step Functions writes it; without ``with_data`` no input, output or parameters."""
    details: dict[str, Any] = next((value for name, value in event.items() if name.endswith("Details")), {})
    if not with_data:
        details = {name: value for name, value in details.items() if name not in _DATA_MEMBERS}
    return {
        "id": str(event["id"]),
        "type": event["type"],
        "details": details,
        "previous_event_id": str(event["id"] - 1),
        "event_timestamp": str(int(time.time() * 1000)),
        "execution_arn": execution_arn,
        "redrive_count": "0",
    }


def _write(log_group_arn: str, machine: str, message: str) -> None:
    group = log_group_arn.split(":log-group:", 1)[1].removesuffix(":*")
    if group not in cloudwatch_logs._log_groups:
        _log.warning("the log group %s of state machine %s does not exist", group, machine)
        return
    stream = f"states/{machine}/{time.strftime('%Y-%m-%d-%H')}"
    if stream not in cloudwatch_logs._log_groups[group]["streams"]:
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    entry = {"timestamp": int(time.time() * 1000), "message": message}
    cloudwatch_logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": [entry]})
