"""What managing needs beside the ports of the product: dead letters, loads of queues, logs, stacks; memory and moto."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.contract.conftest import REGION
from upominek.adapters.aws.dead_letters import AwsDeadLetters, output_of
from upominek.adapters.aws.queue_monitor import AwsQueueMonitor
from upominek.adapters.aws.sending_log import CloudWatchSendingLog
from upominek.adapters.aws.stack import CloudFormationStacks, LambdaPlanStarter
from upominek.adapters.memory.administration import (
    MemoryDeadLetters,
    MemoryPlanStarter,
    MemoryQueueMonitor,
    MemorySendingLog,
    MemoryStacks,
)
from upominek.application.ports.administration import (
    DeadLetter,
    DeadLetterQueues,
    PlanStarter,
    QueueLoad,
    QueueMonitor,
    SendingLog,
    StackRegistry,
    WorkQueue,
)
from upominek.domain.errors import NotFound, Unavailable
from upominek.domain.messages.reminder import ReminderKey, reminder_key

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LOG_TIME = datetime.now(UTC).replace(microsecond=0)  # the log takes lines of the last days only


@pytest.fixture
def _aws() -> Iterator[None]:
    with mock_aws():
        yield


def outputs_of(sqs: "SQSClient") -> dict[str, str]:
    """Queues as the stack has them, delivery logs with dead letters only."""
    names = [f"{output_of(queue)}{kind}QueueUrl" for queue in WorkQueue for kind in ("", "DeadLetter")]
    names.remove("DeliveryLogsQueueUrl")
    return {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}


# --- dead letters


@dataclass
class Office:
    """Dead-letter queues, how something gets into them, and what came out again on the other side."""

    queues: DeadLetterQueues
    give_up: Callable[[WorkQueue, str], None]
    worked_on: Callable[[WorkQueue], list[str]]


@pytest.fixture(params=["memory", "moto"])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "memory":
        memory = MemoryDeadLetters()

        def give_up(queue: WorkQueue, body: str) -> None:
            memory.dead[queue].append(DeadLetter(id=uuid4().hex, body=body, since=NOW, received=0))

        return Office(memory, give_up, lambda queue: [one.body for one in memory.back[queue]])
    request.getfixturevalue("_aws")
    sqs = boto3.client("sqs", region_name=REGION)
    outputs = outputs_of(sqs)
    clients = (boto3.client(name, region_name=REGION) for name in ("lambda", "logs"))

    def put(queue: WorkQueue, body: str) -> None:
        sqs.send_message(QueueUrl=outputs[f"{output_of(queue)}DeadLetterQueueUrl"], MessageBody=body)

    def worked_on(queue: WorkQueue) -> list[str]:
        url = outputs[f"{output_of(queue)}QueueUrl"]
        return [one["Body"] for one in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())]

    return Office(AwsDeadLetters(sqs, *clients, outputs), put, worked_on)


def test_whoever_looks_leaves_everything_where_it_is(office: Office) -> None:
    office.give_up(WorkQueue.SMS, "a")
    office.give_up(WorkQueue.SMS, "b")
    for _ in range(2):
        assert sorted(one.body for one in office.queues.look(WorkQueue.SMS)) == ["a", "b"]
        assert office.queues.count(WorkQueue.SMS) == 2
    assert max(one.received for one in office.queues.look(WorkQueue.SMS)) >= 2
    assert office.queues.count(WorkQueue.EMAIL) == 0
    assert office.queues.look(WorkQueue.EMAIL) == []


def test_what_nothing_is_known_of_has_no_reason(office: Office) -> None:
    office.give_up(WorkQueue.PLANS, "{}")
    assert office.queues.reasons(WorkQueue.PLANS, office.queues.look(WorkQueue.PLANS)) == {}


def test_what_is_put_back_can_be_worked_on_and_what_is_removed_is_gone(office: Office) -> None:
    for number in range(12):
        office.give_up(WorkQueue.IMPORTS, str(number))
    for letter in office.queues.take(WorkQueue.IMPORTS):
        if letter.body != "3":
            office.queues.put_back(WorkQueue.IMPORTS, letter)
        office.queues.remove(WorkQueue.IMPORTS, letter)
    assert office.queues.count(WorkQueue.IMPORTS) == 0
    came = {*office.worked_on(WorkQueue.IMPORTS), *office.worked_on(WorkQueue.IMPORTS)}
    assert came == {str(number) for number in range(12)} - {"3"}


# --- loads


@dataclass
class Desk:
    monitor: QueueMonitor
    put: Callable[[str, int], None]


@pytest.fixture(params=["memory", "moto"])
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "memory":
        memory = MemoryQueueMonitor()

        def note(name: str, delay: int) -> None:
            if "DeadLetter" in name:
                memory.given_up[WorkQueue.SMS] = memory.given_up.get(WorkQueue.SMS, 0) + 1
                return
            before = memory.loads.get(WorkQueue.SMS, QueueLoad())
            memory.loads[WorkQueue.SMS] = QueueLoad(
                waiting=before.waiting + (not delay), delayed=before.delayed + bool(delay)
            )

        return Desk(memory, note)
    request.getfixturevalue("_aws")
    sqs = boto3.client("sqs", region_name=REGION)
    outputs = outputs_of(sqs)

    def put(name: str, delay: int) -> None:
        sqs.send_message(QueueUrl=outputs[name], MessageBody="x", DelaySeconds=delay)

    return Desk(AwsQueueMonitor(sqs, None, outputs, lambda: NOW), put)


def test_loads_are_counted(desk: Desk) -> None:
    assert desk.monitor.load(WorkQueue.SMS) == QueueLoad()
    for delay in (0, 0, 60):
        desk.put("SmsQueueUrl", delay)
    desk.put("SmsDeadLetterQueueUrl", 0)
    load = desk.monitor.load(WorkQueue.SMS)
    assert load == QueueLoad(waiting=2, delayed=1)
    assert load.total == 3
    assert desk.monitor.dead(WorkQueue.SMS) == 1
    assert desk.monitor.dead(WorkQueue.EMAIL) == 0
    assert desk.monitor.oldest_seconds(WorkQueue.SMS) is None


def test_delivery_logs_have_only_dead_letters(desk: Desk) -> None:
    assert desk.monitor.load(WorkQueue.DELIVERY_LOGS) is None
    assert desk.monitor.dead(WorkQueue.DELIVERY_LOGS) == 0


def test_where_there_is_cloudwatch_it_says_how_long_the_oldest_message_waits(_aws: None) -> None:  # noqa: PT019
    sqs, metrics = (boto3.client(name, region_name=REGION) for name in ("sqs", "cloudwatch"))
    monitor = AwsQueueMonitor(sqs, lambda: metrics, outputs_of(sqs), lambda: NOW)
    assert monitor.oldest_seconds(WorkQueue.SMS) is None
    for minutes, seconds in ((9, 100.0), (4, 9.0)):
        datum = {
            "MetricName": "ApproximateAgeOfOldestMessage",
            "Dimensions": [{"Name": "QueueName", "Value": "SmsQueueUrl"}],
            "Timestamp": NOW - timedelta(minutes=minutes),
            "Value": seconds,
        }
        metrics.put_metric_data(Namespace="AWS/SQS", MetricData=[datum])  # type: ignore[list-item]
    assert monitor.oldest_seconds(WorkQueue.SMS) == 9
    assert monitor.oldest_seconds(WorkQueue.DELIVERY_LOGS) is None


# --- the sender's log


@dataclass
class Book:
    log: SendingLog
    write: Callable[[datetime, ReminderKey, dict[str, Any]], None]


@pytest.fixture(params=["memory", "moto"])
def book(request: pytest.FixtureRequest) -> Book:
    if request.param == "memory":
        memory = MemorySendingLog()
        return Book(memory, lambda at, key, _: memory.lines.append((at, key)))
    request.getfixturevalue("_aws")
    logs = boto3.client("logs", region_name=REGION)
    logs.create_log_group(logGroupName="send")
    logs.create_log_stream(logGroupName="send", logStreamName="1")

    def write(at: datetime, _: ReminderKey, line: dict[str, Any]) -> None:
        texts = ["START", json.dumps({"message": "something else", "creditor": "acme"}), json.dumps(line)]
        events: Any = [{"timestamp": int(at.timestamp() * 1000), "message": text} for text in texts]
        logs.put_log_events(logGroupName="send", logStreamName="1", logEvents=events)

    return Book(CloudWatchSendingLog(logs, "send"), write)


def test_reminders_are_known_by_what_the_sender_wrote_down(book: Book) -> None:
    keys = []
    for number, (creditor, is_fallback) in enumerate([("acme", False), ("acme", True), ("hydro", False)]):
        key = reminder_key(creditor, "default", "D-1", NOW.date(), is_fallback=is_fallback)
        line = {
            "message": "Reminder handled", "creditor": creditor, "campaign": "default", "debtor": "D-1",
            "day": NOW.date().isoformat(), **({"is_fallback": True} if is_fallback else {}),
        }  # fmt: skip
        book.write(LOG_TIME - timedelta(hours=number), key, line)
        keys.append(key)
    assert set(book.log.handled(LOG_TIME - timedelta(days=1))) == set(keys)
    assert set(book.log.handled(LOG_TIME - timedelta(days=1), "acme")) == set(keys[:2])
    assert set(book.log.handled(LOG_TIME - timedelta(minutes=1))) == set(keys[:1])


# --- the function that starts campaigns


class Functions:
    """Lambda, which moto cannot play without Docker."""

    def __init__(self, payload: object, **more: object) -> None:
        self._answer = {"Payload": BytesIO(json.dumps(payload).encode()), **more}

    def invoke(self, **asked: object) -> dict[str, Any]:
        assert asked["FunctionName"] == "start"
        return self._answer


@pytest.mark.parametrize(
    "starter",
    [MemoryPlanStarter(), LambdaPlanStarter(Functions({"started": []}), "start")],
    ids=["memory", "lambda"],
)
def test_what_was_started_is_told(starter: PlanStarter) -> None:
    assert starter.start() == {"started": []}


def test_a_function_that_failed_started_nothing() -> None:
    failing = LambdaPlanStarter(Functions({"errorType": "ValueError"}, FunctionError="Unhandled"), "start")
    with pytest.raises(Unavailable) as failure:
        failing.start()
    assert "ValueError" in failure.value.detail


# --- stacks


class CloudFormation:
    """CloudFormation, for which moto wants libraries that nothing else here needs."""

    def __init__(self, stacks: dict[str, dict[str, str]]) -> None:
        self._stacks = stacks

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        if StackName not in self._stacks:
            error = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._stacks[StackName].items()]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}


@pytest.fixture(params=["memory", "cloudformation"])
def stacks(request: pytest.FixtureRequest) -> StackRegistry:
    if request.param == "memory":
        return MemoryStacks({"upominek": {"TableName": "table"}})
    return CloudFormationStacks(CloudFormation({"upominek": {"TableName": "table"}}))


def test_a_stack_says_what_it_consists_of(stacks: StackRegistry) -> None:
    assert stacks.outputs("upominek") == {"TableName": "table"}


def test_a_stack_that_is_not_there_is_not_found(stacks: StackRegistry) -> None:
    with pytest.raises(NotFound):
        stacks.outputs("nobody")
