"""The transaction workflow's own definition, from each start to each of its ends."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from conftest import LOCAL, Emulator
from endpoints import Endpoint, Reply, serve
from machines import Machines

DEFINITION = (LOCAL.parent / "statemachine/transaction.asl.json").read_text()
UPLOAD = "0123456789abcdef0123456789abcdef"
EMAIL = Reply(200, '{"email": "orders@acme.example"}')
READ_AND_ANNOUNCE = ["ReadStored", "CompareStored", "Announce"]
READ_AND_REJECT = ["ReadStored", "CompareStored", "Reject", "RecordRejection", "AnnounceRejection"]
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def directory() -> Iterator[Endpoint]:
    with serve() as served:
        yield served


@pytest.fixture(scope="module")
def outputs(emulator: Emulator, directory: Endpoint) -> dict[str, str]:
    return emulator.deploy("transactions", Directory=directory.url)


@pytest.fixture
def workflow(machines: Machines, directory: Endpoint, outputs: dict[str, str]) -> Workflow:
    """The workflow, with a transaction id of the test's own."""
    directory.reply = EMAIL
    return Workflow(machines, outputs)


def without_retries(states: dict[str, Any]) -> None:
    """What passes is to be waited for elsewhere."""
    for state in states.values():
        for retry in state.get("Retry", []):
            retry["MaxAttempts"] = 0


def failing_put(states: dict[str, Any]) -> None:
    states["Store"]["Arguments"]["TableName"] = "no-such-table"


def failing_read(states: dict[str, Any]) -> None:
    failing_put(states)
    states["ReadStored"]["Arguments"]["TableName"] = "no-such-table"


@dataclass
class Workflow:
    machines: Machines
    outputs: dict[str, str]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def run(self, change: Change = lambda states: None, kind: str = "STANDARD", **fields: Any) -> Ran:
        """Runs the upload's first transaction, or another as ``fields`` say."""
        text = re.sub(r"\$\{(\w+)\}", lambda name: self.outputs[name[1]], DEFINITION)
        definition = json.loads(text)
        without_retries(definition["States"])
        change(definition["States"])
        arn = self.machines.create(**{"states": definition.pop("States"), "kind": kind, **definition})
        transaction = {
            "id": self.id,
            "transaction_message": "Once.",
            "partner": "acme",
            "upload_id": UPLOAD,
            "ordinal": 1,
            "received_at": "2026-03-01T09:30:00Z",
            **fields,
        }
        execution = self.machines.start(arn, transaction)
        return Ran(self, execution, self.machines.end(execution))

    def row(self) -> Any:
        key = {"id": {"S": self.id}, "partner": {"S": "acme"}}
        return self.dynamodb.get_item(TableName=self.outputs["TransactionsTable"], Key=key).get("Item")

    def rejections(self) -> list[dict[str, Any]]:
        rows = self.dynamodb.scan(TableName=self.outputs["RejectionsTable"])["Items"]
        plain = [{name: next(iter(value.values())) for name, value in row.items()} for row in rows]
        return [row for row in plain if row["id"] == self.id]

    @property
    def dynamodb(self) -> Any:
        return self.machines.emulator.client("dynamodb")


@dataclass
class Ran:
    workflow: Workflow
    execution: str
    end: dict[str, Any]

    @property
    def name(self) -> str:
        return self.execution.rsplit(":", 1)[1]

    @property
    def outcome(self) -> Any:
        return self.end["output"]["outcome"]

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.workflow.machines.events(self.execution)

    @property
    def path(self) -> list[str]:
        entered = (event.get("stateEnteredEventDetails") for event in self.events)
        return [details["name"] for details in entered if details]

    @property
    def announced(self) -> dict[str, Any]:
        """The one entry that was put on the bus."""
        scheduled = [event.get("taskScheduledEventDetails") for event in self.events]
        puts = [details for details in scheduled if details and details["resource"] == "putEvents"]
        [[entry]] = [json.loads(put["parameters"])["Entries"] for put in puts]
        return dict(entry)

    def check_rejected(self, code: str) -> None:
        """One record, and one event that says the same."""
        assert self.outcome == "REJECTED", self.end
        [record] = self.workflow.rejections()
        assert record["code"] == code
        detail = self.announced["Detail"]
        assert self.announced["DetailType"] == "TransactionRejected"
        assert detail["event_id"] == f"TransactionRejected#{record['rejection_id']}"
        shared = ("rejection_id", "code", "rejected_at")
        assert [detail[name] for name in shared] == [record[name] for name in shared]
        assert re.fullmatch(r"[A-Z][\w ,-]+\.", record["reason"]), "a sentence without internals"


def test_a_new_transaction_is_stored_and_announced(workflow: Workflow) -> None:
    ran = workflow.run()
    assert (ran.outcome, ran.path) == ("STORED", ["Format", "Enrich", "Store", "Announce"])
    assert workflow.row()["email"] == {"S": "orders@acme.example"}
    assert ran.announced["DetailType"] == "TransactionStored"
    assert ran.announced["Detail"]["event_id"] == f"TransactionStored#{ran.name}"


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_a_second_run_finds_its_own_row_and_announces_it(workflow: Workflow, kind: str) -> None:
    workflow.run(kind=kind)
    row = workflow.row()
    ran = workflow.run(kind=kind)
    assert (ran.outcome, ran.path) == ("STORED", ["Format", "Enrich", "Store", *READ_AND_ANNOUNCE])
    assert ran.announced["DetailType"] == "TransactionStored"
    assert (workflow.row(), workflow.rejections()) == (row, [])


def test_a_request_is_known_by_its_moment_of_receipt(workflow: Workflow) -> None:
    request: dict[str, Any] = {"upload_id": None, "ordinal": None}
    workflow.run(**request)
    assert workflow.run(**request).outcome == "STORED"
    assert workflow.run(**request, received_at="2026-03-01T09:30:01Z").outcome == "DUPLICATE"


def test_the_same_content_from_elsewhere_is_a_duplicate(workflow: Workflow) -> None:
    workflow.run()
    row = workflow.row()
    ran = workflow.run(ordinal=2)
    assert (ran.outcome, ran.path[-1]) == ("DUPLICATE", "AnnounceDuplicate")
    assert ran.announced["Detail"]["event_id"] == f"TransactionDuplicated#{ran.name}"
    assert (workflow.row(), workflow.rejections()) == (row, [])


def test_other_content_under_the_same_id_is_a_conflict(workflow: Workflow) -> None:
    workflow.run()
    row = workflow.row()
    ran = workflow.run(ordinal=2, transaction_message="Twice.")
    ran.check_rejected("CONFLICT")
    assert workflow.row() == row


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("MessageEmpty", "MESSAGE_EMPTY"),
        ("MessageTooLarge", "MESSAGE_TOO_LARGE"),
        ("Unknown", "FORMATTING_FAILED"),
    ],
)
def test_a_message_without_a_clean_form_is_rejected(workflow: Workflow, error: str, code: str) -> None:
    def naming(states: dict[str, Any]) -> None:
        # ministack gives every error of a function in Python this one name.
        for catch in states["Format"]["Catch"]:
            catch["ErrorEquals"] = ["Runtime.HandlerError" if name == error else name for name in catch["ErrorEquals"]]

    ran = workflow.run(naming, transaction_message="broken")
    ran.check_rejected(code)
    assert ran.path == ["Format", "Reject", "RecordRejection", "AnnounceRejection"]
    assert workflow.row() is None


@pytest.mark.parametrize(
    "answer",
    [
        Reply(404, "{}"),
        Reply(200, "[]"),
        Reply(200, '{"email": ""}'),
        Reply(200, json.dumps({"email": "orders@acme.example", "more": "x" * 262_144})),
    ],
)
def test_a_partner_without_an_email_is_rejected(workflow: Workflow, directory: Endpoint, answer: Reply) -> None:
    directory.reply = answer
    ran = workflow.run()
    ran.check_rejected("ENRICHMENT_FAILED")
    assert ran.path == ["Format", "Enrich", *READ_AND_REJECT]
    assert workflow.row() is None


def test_a_second_run_without_an_email_finds_its_own_row(workflow: Workflow, directory: Endpoint) -> None:
    workflow.run()
    directory.reply = Reply(404, "{}")
    ran = workflow.run()
    assert (ran.outcome, ran.path) == ("STORED", ["Format", "Enrich", *READ_AND_ANNOUNCE])
    assert workflow.rejections() == []


def test_a_put_that_failed_and_left_no_row_is_a_rejection(workflow: Workflow) -> None:
    ran = workflow.run(failing_put)
    ran.check_rejected("STORE_FAILED")
    assert ran.path == ["Format", "Enrich", "Store", *READ_AND_REJECT]


def test_a_put_whose_answer_was_lost_is_no_rejection(workflow: Workflow) -> None:
    workflow.run()
    ran = workflow.run(failing_put)
    assert (ran.outcome, ran.path[-1]) == ("STORED", "Announce")
    assert workflow.rejections() == []


def test_a_row_that_cannot_be_read_is_no_rejection(workflow: Workflow) -> None:
    ran = workflow.run(failing_read)
    assert (ran.end["status"], ran.path[-1]) == ("FAILED", "ReadStored")
    assert workflow.rejections() == []
