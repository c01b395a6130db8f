from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest

from conftest import Emulator, wait_until
from emulator.deliveries import Sender, Undelivered
from emulator.events import dead_letters, targets
from machines import Machines
from queues import Queue, make_queue, policy

EVENTS = "events.amazonaws.com"
ARN = "arn:aws:{}:us-east-1:000000000000:{}"


class Bus:
    """Rules of a source of their own on the default bus."""

    def __init__(self, emulator: Emulator) -> None:
        self.events = emulator.client("events")
        self.source = f"s{uuid.uuid4().hex}"
        pattern = json.dumps({"source": [self.source]})
        self.rule_arn: str = self.events.put_rule(Name=self.source, EventPattern=pattern)["RuleArn"]

    def target(self, arn: str, **settings: Any) -> None:
        self.events.put_targets(Rule=self.source, Targets=[{"Id": "t", "Arn": arn, **settings}])

    def publish(self, **detail: Any) -> dict[str, Any]:
        entry = {"Source": self.source, "DetailType": "d", "Detail": json.dumps(detail)}
        answer: dict[str, Any] = self.events.put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0
        return answer


@pytest.fixture
def bus(emulator: Emulator) -> Bus:
    return Bus(emulator)


@pytest.fixture
def dead(emulator: Emulator) -> Queue:
    return make_queue(emulator, EVENTS)


def letters(queue: Queue) -> dict[str, Any]:
    return {"DeadLetterConfig": {"Arn": queue.arn}}


@pytest.mark.parametrize(
    "arn",
    [
        ARN.format("lambda", "function:gone"),
        ARN.format("sqs", "gone"),
        ARN.format("sns", "gone"),
        ARN.format("states", "stateMachine:gone"),
    ],
)
def test_an_event_for_a_missing_target_is_a_dead_letter(bus: Bus, dead: Queue, arn: str) -> None:
    bus.target(arn, **letters(dead), RetryPolicy={"MaximumRetryAttempts": 2}, InputPath="$.detail")
    (published,) = bus.publish(n=1)["Entries"]
    letter = dead.receive()
    event = json.loads(letter["Body"])
    assert (event["id"], event["detail"], event["source"]) == (published["EventId"], {"n": 1}, bus.source)
    attributes = letter["MessageAttributes"]
    # Another attempt would fail too, so none is made.
    assert "does not exist" in attributes.pop("ERROR_MESSAGE").lower()
    assert attributes == {
        "RULE_ARN": bus.rule_arn,
        "TARGET_ARN": arn,
        "ERROR_CODE": "NO_RESOURCE",
        "RETRY_ATTEMPTS": "0",
    }


@pytest.mark.parametrize("service", [EVENTS, None, "sns.amazonaws.com"])
def test_a_queue_must_let_the_rule_in(emulator: Emulator, bus: Bus, dead: Queue, service: str | None) -> None:
    queue = make_queue(emulator, service, source_arn=bus.rule_arn) if service else make_queue(emulator)
    bus.target(queue.arn, **letters(dead), InputPath="$.detail")
    bus.publish(n=1)
    if service == EVENTS:
        assert queue.receive()["Body"] == '{"n": 1}' and dead.is_empty()
    else:
        assert dead.receive()["MessageAttributes"]["ERROR_CODE"] == "NO_PERMISSIONS" and queue.is_empty()


def test_the_policy_of_a_queue_may_name_one_rule(emulator: Emulator, bus: Bus, dead: Queue) -> None:
    queue = make_queue(emulator, EVENTS, source_arn=f"{bus.rule_arn}-another")
    bus.target(queue.arn, **letters(dead))
    bus.publish()
    assert dead.receive()["MessageAttributes"]["ERROR_CODE"] == "NO_PERMISSIONS"


@pytest.mark.parametrize("is_open", [True, False])
def test_a_topic_must_let_the_rule_in(emulator: Emulator, bus: Bus, dead: Queue, is_open: bool) -> None:
    sns = emulator.client("sns")
    topic = sns.create_topic(Name=bus.source)["TopicArn"]
    queue = make_queue(emulator, "sns.amazonaws.com")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    if is_open:
        document = json.dumps(policy("sns:Publish", topic, (EVENTS,), bus.rule_arn))
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)
    bus.target(topic, **letters(dead))
    bus.publish(n=1)
    if is_open:
        notification = json.loads(queue.receive()["Body"])
        assert json.loads(notification["Message"])["detail"] == {"n": 1} and "Subject" not in notification
    else:
        assert dead.receive()["MessageAttributes"]["ERROR_CODE"] == "NO_PERMISSIONS" and queue.is_empty()


def test_a_state_machine_is_started_by_the_role_of_the_target(bus: Bus, dead: Queue, machines: Machines) -> None:
    arn = machines.create({"Pass": {"Type": "Pass", "End": True}})
    bus.target(arn, **letters(dead), RoleArn=ARN.format("iam", "role/any"), InputPath="$.detail")
    bus.publish(n=1)
    (execution,) = wait_until(lambda: machines.client.list_executions(stateMachineArn=arn)["executions"])
    assert machines.end(execution["executionArn"])["output"] == {"n": 1}
    assert dead.is_empty()


def test_an_input_that_is_no_json_starts_nothing(bus: Bus, dead: Queue, machines: Machines) -> None:
    arn = machines.create({"Pass": {"Type": "Pass", "End": True}})
    transformer = {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": "n is <n>"}
    bus.target(arn, **letters(dead), RoleArn=ARN.format("iam", "role/any"), InputTransformer=transformer)
    bus.publish(n=1)
    letter = dead.receive()
    assert letter["MessageAttributes"]["ERROR_CODE"] == "INVALID_JSON"
    assert json.loads(letter["Body"])["detail"] == {"n": 1}


def test_only_the_event_that_did_not_reach_its_function_is_a_dead_letter(emulator: Emulator) -> None:
    stack = emulator.deploy("rules", "notifications", Endpoint="http://127.0.0.1:9")
    entry = {"Source": "orders", "DetailType": "d", "Detail": '{"n": 1}'}
    emulator.client("events").put_events(Entries=[entry])
    sqs = emulator.client("sqs")
    letter = Queue(sqs, stack["DeadLetters"], "").receive()
    attributes = letter["MessageAttributes"]
    assert (attributes["ERROR_CODE"], attributes["TARGET_ARN"]) == ("NO_PERMISSIONS", stack["Forbidden"])
    assert attributes["RULE_ARN"] == stack["Rule"] and json.loads(letter["Body"])["source"] == "orders"
    # The other function was invoked and failed: that is no failed delivery, but Lambda's own on-failure record.
    failure = json.loads(Queue(sqs, stack["Failures"], "").receive()["Body"])
    assert failure["requestPayload"]["source"] == "orders"


class Target:
    """A delivery that trips over the emulator a number of times, and what was buried."""

    def __init__(self, failures: int, **policy: int) -> None:
        self.failures = failures
        self.attempts = 0
        sender = Sender(EVENTS, "rule")
        self.delivery = dead_letters.Delivery({"Arn": "target", "RetryPolicy": policy}, sender, {})

    def attempt(self, _sender: Sender) -> None:
        self.attempts += 1
        if self.attempts <= self.failures:
            raise ConnectionError


@pytest.fixture
def buried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, str | None]]:
    found: list[tuple[str, int, str | None]] = []

    def bury(_delivery: Any, failure: Undelivered, retries: int, exhausted: str | None = None) -> None:
        found.append((failure.code, retries, exhausted))

    monkeypatch.setattr(targets, "bury", bury)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    return found


@pytest.mark.parametrize("most", [0, 1, 3])
def test_a_delivery_is_retried_as_often_as_the_policy_says(buried: list[Any], most: int) -> None:
    target = Target(9, MaximumRetryAttempts=most)
    targets._retry(target.delivery, target.attempt)
    assert target.attempts == most and buried == [("INTERNAL_ERROR", most, "MaximumRetryAttempts")]


def test_a_retry_that_delivers_ends_them(buried: list[Any]) -> None:
    target = Target(1, MaximumRetryAttempts=5)
    targets._retry(target.delivery, target.attempt)
    assert target.attempts == 2 and buried == []


def test_a_state_machine_over_its_quota_is_asked_again(buried: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    throttled: Any = (400, {}, json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}).encode())
    answers: list[Any] = [throttled, throttled, (200, {}, b"{}")]
    monkeypatch.setattr("ministack.services.stepfunctions._start_execution", lambda _request: answers.pop(0))
    targets._current.set(Target(0).delivery)
    targets._to_state_machine("machine", "{}")
    wait_until(lambda: not answers)
    assert buried == []


def test_an_event_is_retried_until_it_is_too_old(buried: list[Any]) -> None:
    target = Target(9, MaximumEventAgeInSeconds=0)
    targets._retry(target.delivery, target.attempt)
    assert buried == [("INTERNAL_ERROR", 0, "MaximumEventAgeInSeconds")]


def test_a_target_without_a_policy_has_a_day_and_185_retries() -> None:
    delivery = Target(0).delivery
    assert (delivery.most_retries, delivery.longest_age) == (185, 86_400)
