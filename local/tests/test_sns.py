from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator

import pytest

from conftest import Emulator, wait_until
from endpoints import Endpoint, Received, Reply, serve
from queues import Queue, make_queue

SNS = "sns.amazonaws.com"


def make_topic(emulator: Emulator) -> str:
    arn: str = emulator.client("sns").create_topic(Name=f"t{uuid.uuid4().hex}")["TopicArn"]
    return arn


def subscribe(emulator: Emulator, topic: str, protocol: str, endpoint: str, **attributes: str) -> str:
    arn: str = emulator.client("sns").subscribe(
        TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    return arn


def redrive(queue: Queue) -> str:
    return json.dumps({"deadLetterTargetArn": queue.arn})


def confirmation(endpoint: Endpoint, path: str = "/") -> Received:
    """The question that the endpoint was asked, forgotten there."""
    received: Received = wait_until(lambda: next((r for r in endpoint.received if r.path == path), None))
    endpoint.received.remove(received)
    return received


def confirmed(emulator: Emulator, endpoint: Endpoint, topic: str, **attributes: str) -> None:
    """Subscribe the endpoint and confirm as it would."""
    subscribe(emulator, topic, "http", f"{endpoint.url}/", **attributes)
    url = confirmation(endpoint).json()["SubscribeURL"]
    assert emulator.request("GET", url).status == 200


def test_an_endpoint_is_asked_for_confirmation_and_then_notified(emulator: Emulator, endpoint: Endpoint) -> None:
    topic, sns = make_topic(emulator), emulator.client("sns")
    subscribe(emulator, topic, "http", f"{endpoint.url}/")
    question = confirmation(endpoint)
    assert question.headers["x-amz-sns-message-type"] == question.json()["Type"] == "SubscriptionConfirmation"
    assert question.headers["x-amz-sns-topic-arn"] == question.json()["TopicArn"] == topic
    assert question.json()["SubscribeURL"].startswith(f"{emulator.endpoint}/")
    sns.publish(TopicArn=topic, Message="too early")
    confirmed_arn = sns.confirm_subscription(TopicArn=topic, Token=question.json()["Token"])["SubscriptionArn"]

    attributes = {"kind": {"DataType": "String", "StringValue": "order"}}
    published = sns.publish(TopicArn=topic, Message="later", Subject="s", MessageAttributes=attributes)["MessageId"]
    (notification,) = wait_until(lambda: endpoint.received)
    sent = {name: value for name, value in notification.headers.items() if name.startswith("x-amz-sns-")}
    assert sent == {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": published,
        "x-amz-sns-topic-arn": topic,
        "x-amz-sns-subscription-arn": confirmed_arn,
    }
    assert notification.headers["content-type"] == "text/plain; charset=UTF-8"
    body = notification.json()
    assert (body["Type"], body["Message"], body["Subject"]) == ("Notification", "later", "s")
    assert body["MessageAttributes"] == {"kind": {"Type": "String", "Value": "order"}}


def test_a_raw_message_is_the_body_and_is_marked(emulator: Emulator, endpoint: Endpoint) -> None:
    topic = make_topic(emulator)
    confirmed(emulator, endpoint, topic, RawMessageDelivery="true")
    emulator.client("sns").publish(TopicArn=topic, Message="plain")
    (notification,) = wait_until(lambda: endpoint.received)
    assert (notification.body, notification.headers["x-amz-sns-rawdelivery"]) == ("plain", "true")


def test_credentials_in_the_url_are_sent_as_a_header(emulator: Emulator, endpoint: Endpoint) -> None:
    subscribe(emulator, make_topic(emulator), "http", endpoint.url.replace("//", "//user:pass%20word@") + "/")
    question = confirmation(endpoint)
    assert question.headers["authorization"] == "Basic dXNlcjpwYXNzIHdvcmQ="
    assert "@" not in question.headers["host"]


@pytest.mark.parametrize(("status", "attempts"), [(500, 4), (429, 4), (404, 1), (302, 1)])
def test_what_an_endpoint_refuses_is_a_dead_letter(
    emulator: Emulator, endpoint: Endpoint, status: int, attempts: int
) -> None:
    topic, dead = make_topic(emulator), make_queue(emulator, SNS)
    confirmed(emulator, endpoint, topic, RedrivePolicy=redrive(dead))
    endpoint.reply = Reply(status)
    emulator.client("sns").publish(TopicArn=topic, Message="lost")
    assert json.loads(dead.receive()["Body"])["Message"] == "lost"
    assert len(endpoint.received) == attempts


def test_an_endpoint_that_recovers_gets_the_message_once(emulator: Emulator, endpoint: Endpoint) -> None:
    topic, dead = make_topic(emulator), make_queue(emulator, SNS)
    confirmed(emulator, endpoint, topic, RedrivePolicy=redrive(dead))
    endpoint.replies = [Reply(503)]
    emulator.client("sns").publish(TopicArn=topic, Message="late")
    wait_until(lambda: len(endpoint.received) == 2)
    time.sleep(0.5)
    assert len(endpoint.received) == 2 and dead.is_empty()


@pytest.mark.parametrize("service", [SNS, None, "events.amazonaws.com"])
def test_a_queue_must_let_the_topic_in(emulator: Emulator, service: str | None) -> None:
    topic, dead = make_topic(emulator), make_queue(emulator, SNS)
    queue = make_queue(emulator, service, source_arn=topic) if service else make_queue(emulator)
    subscribe(emulator, topic, "sqs", queue.arn, RedrivePolicy=redrive(dead))
    emulator.client("sns").publish(TopicArn=topic, Message="m")
    reached, other = (queue, dead) if service == SNS else (dead, queue)
    assert json.loads(reached.receive()["Body"])["Message"] == "m"
    assert other.is_empty()


@pytest.mark.parametrize("protocol", ["sqs", "lambda"])
def test_what_a_missing_endpoint_should_get_is_a_dead_letter(emulator: Emulator, protocol: str) -> None:
    topic, dead, queue = make_topic(emulator), make_queue(emulator, SNS), make_queue(emulator, SNS)
    missing = {"sqs": queue.arn, "lambda": "arn:aws:lambda:us-east-1:000000000000:function:gone"}
    attributes = {"kind": {"DataType": "String", "StringValue": "order"}}
    subscribe(emulator, topic, protocol, missing[protocol], RedrivePolicy=redrive(dead), RawMessageDelivery="true")
    queue.delete()
    emulator.client("sns").publish(TopicArn=topic, Message="m", MessageAttributes=attributes)
    letter = dead.receive()
    assert (letter["Body"], letter["MessageAttributes"]) == ("m", {"kind": "order"})


def test_a_dead_letter_queue_must_let_the_topic_in(emulator: Emulator) -> None:
    topic, closed, dead = make_topic(emulator), make_queue(emulator), make_queue(emulator)
    subscribe(emulator, topic, "sqs", closed.arn, RedrivePolicy=redrive(dead))
    emulator.client("sns").publish(TopicArn=topic, Message="m")
    assert dead.is_empty() and closed.is_empty()


@pytest.fixture(scope="module")
def partner() -> Iterator[Endpoint]:
    with serve() as served:
        yield served


@pytest.fixture(scope="module")
def stack(emulator: Emulator, partner: Endpoint) -> dict[str, str]:
    return emulator.deploy("notifications", Endpoint=partner.url)


def test_subscriptions_of_a_stack_are_asked_too(emulator: Emulator, stack: dict[str, str], partner: Endpoint) -> None:
    confirmation(partner, "/inline")
    token = confirmation(partner, "/partner").json()["Token"]
    sns = emulator.client("sns")
    pending = sns.get_subscription_attributes(SubscriptionArn=stack["Partner"])["Attributes"]
    assert (pending["PendingConfirmation"], pending["Protocol"]) == ("true", "http")
    sns.confirm_subscription(TopicArn=stack["Topic"], Token=token)
    partner.reply = Reply(500)
    sns.publish(TopicArn=stack["Topic"], Message="m")
    letter = Queue(emulator.client("sqs"), stack["DeadLetters"], "").receive()
    assert json.loads(letter["Body"])["TopicArn"] == stack["Topic"]


def test_a_failing_function_is_lambdas_matter(emulator: Emulator, stack: dict[str, str]) -> None:
    emulator.client("sns").publish(TopicArn=stack["Functions"], Message="m")
    failure = json.loads(Queue(emulator.client("sqs"), stack["Failures"], "").receive()["Body"])
    (record,) = failure["requestPayload"]["Records"]
    assert record["EventSource"] == "aws:sns" and record["EventSubscriptionArn"].startswith(stack["Functions"])
    sns = record["Sns"]
    assert (sns["Message"], sns["Subject"], sns["MessageAttributes"]) == ("m", None, {})
    assert {"SigningCertUrl", "UnsubscribeUrl"} <= sns.keys()
