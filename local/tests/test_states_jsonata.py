from __future__ import annotations

from typing import Any

import pytest

from machines import Machines

JSONATA = {"QueryLanguage": "JSONata"}
PUT_EVENTS = "arn:aws:states:::events:putEvents"


def test_arguments_output_assign_and_context(machines: Machines) -> None:
    states = {
        "Publish": {
            "Type": "Task",
            "Resource": PUT_EVENTS,
            "TimeoutSeconds": "{% $states.input.limit %}",
            "Arguments": {"Entries": [{"Source": "s", "DetailType": "d", "Detail": {"n": "{% $states.input.n %}"}}]},
            "Assign": {"failed": "{% $states.result.FailedEntryCount %}"},
            "Output": "{% $states.context.State.Name & ' ' & $string($states.input.n) %}",
            "Next": "Choose",
        },
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $failed = 0 %}", "Output": {"text": "{% $states.input %}"}, "Next": "End"}],
            "Default": "End",
        },
        "End": {"Type": "Succeed", "Output": "{% $merge([$states.input, {'failed': $failed}]) %}"},
    }
    ended = machines.run(states, {"n": 7, "limit": 5}, **JSONATA)
    assert ended["output"] == {"text": "Publish 7", "failed": 0}


def test_a_caught_error_is_there_for_output_and_assign(machines: Machines) -> None:
    states = {
        "Task": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Arguments": {"TableName": "none", "Key": {"id": {"S": "1"}}},
            "Catch": [
                {
                    "ErrorEquals": ["DynamoDB.ResourceNotFoundException"],
                    "Output": {"error": "{% $states.errorOutput.Error %}", "was": "{% $states.input.a %}"},
                    "Assign": {"seen": "{% $states.errorOutput.Error %}"},
                    "Next": "End",
                }
            ],
            "End": True,
        },
        "End": {"Type": "Pass", "Output": {"in": "{% $states.input %}", "seen": "{% $seen %}"}, "End": True},
    }
    output = machines.run(states, {"a": 1}, **JSONATA)["output"]
    assert output["in"] == {"error": "DynamoDB.ResourceNotFoundException", "was": 1}
    assert output["seen"] == "DynamoDB.ResourceNotFoundException"


@pytest.mark.parametrize("expression", ["$states.input.missing", "1 + 'a'", "$nothing", "$number('x')"])
def test_an_expression_that_fails_or_is_undefined_can_be_caught(machines: Machines, expression: str) -> None:
    task = {
        "Type": "Task",
        "Resource": PUT_EVENTS,
        "Arguments": {"Entries": f"{{% {expression} %}}"},
        "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Caught"}],
        "End": True,
    }
    states = {"T": task, "Caught": {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": True}}
    assert machines.run(states, **JSONATA)["output"] == "States.QueryEvaluationError"


def test_a_failing_output_is_caught_like_a_failing_task(machines: Machines) -> None:
    task = {
        "Type": "Task",
        "Resource": PUT_EVENTS,
        "Arguments": {"Entries": []},
        "Output": "{% $states.result.missing %}",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "End": True,
    }
    states = {"T": task, "Caught": {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": True}}
    assert machines.run(states, **JSONATA)["output"] == "States.QueryEvaluationError"


@pytest.mark.parametrize("condition", ["'yes'", "1", "$states.input.missing"])
def test_a_condition_is_boolean(machines: Machines, condition: str) -> None:
    choice: dict[str, Any] = {"Type": "Choice", "Choices": [{"Condition": f"{{% {condition} %}}", "Next": "S"}]}
    states = {"C": {**choice, "Default": "S"}, "S": {"Type": "Succeed"}}
    assert machines.run(states, **JSONATA)["error"] == "States.QueryEvaluationError"


@pytest.mark.parametrize(("n", "output"), [(1, {"n": 1}), (2, {"fell": 2})])
def test_the_output_of_a_choice_is_that_of_its_default(machines: Machines, n: int, output: dict[str, int]) -> None:
    states = {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.n = 1 %}", "Next": "End"}],
            "Default": "End",
            "Output": {"fell": "{% $states.input.n %}"},
        },
        "End": {"Type": "Succeed"},
    }
    assert machines.run(states, {"n": n}, **JSONATA)["output"] == output
