from __future__ import annotations

from typing import Any

import pytest

from machines import Machines

CATCH_ALL = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Caught"}]
CAUGHT = {"Type": "Pass", "End": True}


def publish(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "End": True, **fields}


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "InputPath": "$.missing", "End": True},
        {"Type": "Pass", "OutputPath": "$.missing", "End": True},
        {"Type": "Pass", "Parameters": {"a.$": "$.missing"}, "End": True},
        {"Type": "Pass", "Parameters": {"a.$": "States.Format('{}', $.missing)"}, "End": True},
        {"Type": "Pass", "Parameters": {"a.$": "$$.Nothing"}, "End": True},
        {"Type": "Pass", "Parameters": {"a.$": "$.list[?(@.x)]"}, "End": True},
        {"Type": "Choice", "Choices": [{"Variable": "$.missing", "StringEquals": "x", "Next": "S"}], "Default": "S"},
        {"Type": "Wait", "SecondsPath": "$.missing", "End": True},
    ],
)
def test_a_path_that_matches_nothing_fails_the_execution(machines: Machines, state: dict[str, Any]) -> None:
    ended = machines.run({"S": state}, {"list": [1]})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert "output" not in ended


def test_no_catcher_takes_a_runtime_error(machines: Machines) -> None:
    task = publish(Parameters={"Entries.$": "$.missing"}, Catch=CATCH_ALL)
    assert machines.run({"T": task, "Caught": CAUGHT})["error"] == "States.Runtime"


def test_a_result_selector_that_selects_nothing_fails(machines: Machines) -> None:
    task = publish(Parameters={"Entries": []}, ResultSelector={"a.$": "$.missing"}, Catch=CATCH_ALL)
    assert machines.run({"T": task, "Caught": CAUGHT})["error"] == "States.Runtime"


def test_a_failing_intrinsic_function_can_be_caught(machines: Machines) -> None:
    task = publish(Parameters={"Entries.$": "States.StringToJson($.text)"}, Catch=CATCH_ALL)
    ended = machines.run({"T": task, "Caught": CAUGHT}, {"text": "no json"})
    assert ended["output"]["e"]["Error"] == "States.IntrinsicFailure"


def test_presence_may_be_asked_of_anything_and_null_is_present(machines: Machines) -> None:
    def choice(variable: str) -> dict[str, Any]:
        rule = {"Variable": variable, "IsPresent": True, "Next": "Yes"}
        return {"Type": "Choice", "Choices": [rule], "Default": "No"}

    ends = {"Yes": {"Type": "Pass", "Result": "yes", "End": True}, "No": {"Type": "Pass", "Result": "no", "End": True}}
    assert machines.run({"C": choice("$.a"), **ends}, {"a": None})["output"] == "yes"
    assert machines.run({"C": choice("$.b.c"), **ends}, {"a": None})["output"] == "no"


def test_a_result_goes_to_its_path_and_makes_the_way(machines: Machines) -> None:
    state = {"Type": "Pass", "Result": 1, "ResultPath": "$.x.y", "End": True}
    assert machines.run({"S": state}, {"a": 0})["output"] == {"a": 0, "x": {"y": 1}}


def test_a_result_cannot_be_put_into_a_text(machines: Machines) -> None:
    state = {"Type": "Pass", "Result": 1, "ResultPath": "$.a.y", "End": True}
    assert machines.run({"S": state}, {"a": "text"})["error"] == "States.ResultPathMatchFailure"
