"""The mapping templates of partner-directory.yaml itself: what enrichment reads of a partner's row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.apigateway import velocity
from emulator.apigateway.velocity import Call, Rendered, render

velocity.install_operators()
DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "partner-directory.yaml").read_text())
OPERATION = DOCUMENT["paths"]["/partners/{partner_id}"]["get"]
_CONDITION, OWN, _PROXY = OPERATION["x-amazon-apigateway-integration"]["Fn::If"]
ACME = {"partner_id": "acme", "name": "Acme", "email": "orders@acme.example"}


def answer(item: dict[str, Any] | None) -> Rendered:
    """The directory's answer to DynamoDB's."""
    template = OWN["responses"]["default"]["responseTemplates"]["application/json"]
    return render(template, Call(json.dumps({} if item is None else {"Item": item})))


def row(partner: dict[str, str]) -> dict[str, Any]:
    return {name: {"S": value} for name, value in partner.items()}


def test_a_partner_is_answered_as_its_row_has_it() -> None:
    partner = {"partner_id": "acme", "name": "A \"c\" 'm' \\ e/é😀", "email": "o'r@acme.example"}
    found = answer(row(partner))
    assert (found.status, json.loads(found.text)) == (None, partner)


@pytest.mark.parametrize("absent", [["name"], ["email"], ["name", "email"]])
def test_what_a_row_lacks_is_left_out(absent: list[str]) -> None:
    partner = {name: value for name, value in ACME.items() if name not in absent}
    assert json.loads(answer(row(partner)).text) == partner


@pytest.mark.parametrize("value", [{"NULL": True}, {"N": "1"}, {"M": {}}, {"S": ""}])
def test_what_is_no_text_is_left_out(value: dict[str, Any]) -> None:
    found = answer({**row(ACME), "name": value, "email": value})
    assert json.loads(found.text) == {"partner_id": "acme"}


def test_nobody_is_not_found() -> None:
    found = answer(None)
    assert (found.status, json.loads(found.text)["error"]["code"]) == (404, "NOT_FOUND")


def test_the_directory_asks_for_what_it_answers_alone() -> None:
    template = OWN["requestTemplates"]["application/json"]["Fn::Sub"]
    request = json.loads(render(template, Call("", path={"partner_id": "acme"})).text)
    names = request["ExpressionAttributeNames"]
    asked = [names.get(name, name) for name in request["ProjectionExpression"].split(", ")]
    assert (request["Key"], asked) == ({"partner_id": {"S": "acme"}}, list(ACME))
