"""Why a message lies in a dead-letter queue: as AWS says it, and from the log."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from upominek.adapters.aws.dead_letters import AwsDeadLetters, output_of
from upominek.application.ports.administration import DeadLetter, WorkQueue

SINCE = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Aws:
    """SQS, Lambda and the log of one function, which gave message m-1 up twice."""

    def __init__(self) -> None:
        line = {"message": "Reminder not handled", "sqs_message": "m-1", "error": "NotFound"}
        self.lines = [
            "START",
            json.dumps([1]),
            json.dumps(line | {"error": "Unavailable", "code": "unavailable", "cause": {"error": "ClientError"}}),
            json.dumps(line | {"code": "creditor_not_found"}),
            json.dumps(line | {"sqs_message": "m-10", "error": "Other"}),
        ]
        self.asked: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.given_back: list[str] = []

    def receive_message(self, **_: object) -> dict[str, Any]:
        return {"Messages": self.messages}

    def change_message_visibility(self, **asked: object) -> None:
        self.given_back.append(str(asked["ReceiptHandle"]))

    def get_queue_attributes(self, **_: object) -> dict[str, Any]:
        return {"Attributes": {"QueueArn": "arn:sms"}}

    def list_event_source_mappings(self, *, EventSourceArn: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        return {"EventSourceMappings": [{"FunctionArn": "arn:send"}] if EventSourceArn == "arn:sms" else []}

    def get_function_configuration(self, **_: object) -> dict[str, Any]:
        return {"LoggingConfig": {"LogGroup": "send"}}

    def get_paginator(self, _: str) -> "Aws":
        return self

    def paginate(self, **asked: object) -> list[dict[str, Any]]:
        self.asked.append(asked)
        return [{"events": [{"message": line}]} for line in self.lines]


@pytest.fixture
def aws() -> Aws:
    return Aws()


@pytest.fixture
def queues(aws: Aws) -> AwsDeadLetters:
    outputs = {"SmsQueueUrl": "https://sms", "SmsDeadLetterQueueUrl": "https://dead"}
    return AwsDeadLetters(aws, aws, aws, outputs)


def looked_at(queues: AwsDeadLetters, aws: Aws, **more: object) -> DeadLetter:
    """The letter that such a message is."""
    of = {"SentTimestamp": str(int(SINCE.timestamp() * 1000)), "ApproximateReceiveCount": "3"}
    aws.messages = [{"MessageId": "m-1", "Body": "{}", "ReceiptHandle": "r-1", "Attributes": of, **more}]
    (letter,) = queues.look(WorkQueue.SMS)
    return letter


def test_the_log_of_the_function_says_it_and_the_newest_line_counts(queues: AwsDeadLetters, aws: Aws) -> None:
    letter = looked_at(queues, aws)
    assert (letter.since, letter.received, aws.given_back) == (SINCE, 3, ["r-1"])
    assert queues.reasons(WorkQueue.SMS, [letter]) == {"m-1": "NotFound: creditor_not_found"}
    assert aws.asked == [{"logGroupName": "send", "startTime": 1772438400000, "filterPattern": '"m-1"'}]
    del aws.lines[3]
    assert queues.reasons(WorkQueue.SMS, [letter]) == {"m-1": "Unavailable: unavailable (from ClientError)"}


def test_where_no_line_names_it_nothing_is_said(queues: AwsDeadLetters, aws: Aws) -> None:
    assert queues.reasons(WorkQueue.SMS, [looked_at(queues, aws, MessageId="m-2")]) == {}


def test_what_aws_says_itself_is_shown_without_addresses(queues: AwsDeadLetters, aws: Aws) -> None:
    words = "bad: +48512345678 <anna@firma.example> 404"
    told = looked_at(queues, aws, MessageAttributes={"ErrorMessage": {"StringValue": words}})
    assert queues.reasons(WorkQueue.SMS, [told]) == {"m-1": "bad: … … 404"}
    body = json.dumps({"requestPayload": {}, "responsePayload": {"errorType": "ValueError"}})
    assert queues.reasons(WorkQueue.SMS, [looked_at(queues, aws, Body=body)]) == {"m-1": "ValueError"}
    assert aws.asked == []


def test_queues_are_named_as_the_outputs_of_the_stack_are() -> None:
    assert [output_of(queue) for queue in WorkQueue] == [
        "Imports",
        "Plans",
        "Sms",
        "Email",
        "Letter",
        "Receipts",
        "DeliveryLogs",
    ]
