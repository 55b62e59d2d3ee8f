"""Why a message lies in a dead-letter queue: as AWS says it, and from the log."""

import json
from typing import Any

import pytest

from cli.dead_letters import reasons_of
from cli.target import Target


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
def target(aws: Aws) -> Target:
    found = Target("upominek", {"SmsQueueUrl": "https://sms", "SmsDeadLetterQueueUrl": "https://dead"}, False)  # noqa: FBT003
    found._clients.update(dict.fromkeys(("sqs", "lambda", "logs"), aws))
    return found


def message(**more: object) -> dict[str, Any]:
    return {"MessageId": "m-1", "Body": "{}", "Attributes": {"SentTimestamp": "1772438400000"}, **more}


def test_the_log_of_the_function_says_it_and_the_newest_line_counts(target: Target, aws: Aws) -> None:
    assert reasons_of(target, "Sms", [message()]) == {"m-1": "NotFound: creditor_not_found"}
    assert aws.asked == [{"logGroupName": "send", "startTime": 1772438400000, "filterPattern": '"m-1"'}]
    del aws.lines[3]
    assert reasons_of(target, "Sms", [message()]) == {"m-1": "Unavailable: unavailable (from ClientError)"}


def test_where_no_line_names_it_nothing_is_said(target: Target) -> None:
    assert reasons_of(target, "Sms", [message(MessageId="m-2")]) == {}


def test_what_aws_says_itself_is_shown_without_addresses(target: Target, aws: Aws) -> None:
    told = message(MessageAttributes={"ErrorMessage": {"StringValue": "bad: +48512345678 <anna@firma.example> 404"}})
    assert reasons_of(target, "Sms", [told]) == {"m-1": "bad: … … 404"}
    enveloped = message(Body=json.dumps({"requestPayload": {}, "responsePayload": {"errorType": "ValueError"}}))
    assert reasons_of(target, "Sms", [enveloped]) == {"m-1": "ValueError"}
    assert aws.asked == []
