"""Dead-letter queues, on SQS; and why a message lies there: SQS does not say so, but the log of its function does."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from upominek.adapters.aws.client.errors import translated
from upominek.application.administration.redrive_dead_letters import event_in
from upominek.application.ports.administration import DeadLetter, WorkQueue

GLANCE_SECONDS: Final = 5
"""How long messages that are only looked at stay hidden from others, should the look be cut short."""
TOLD: Final = ("ErrorMessage", "ERROR_MESSAGE")
"""Attributes in which Lambda and EventBridge say why they gave a message up."""
LONGEST: Final = 200
_AT_ONCE: Final = 10
_SYSTEM: Final = ("SentTimestamp", "ApproximateReceiveCount", "MessageGroupId")
_PERSONAL: Final = re.compile(r"\S*@\S*|\+?\d{5,}")
"""An error's words are not ours, so they may repeat what it choked on."""


def output_of(queue: WorkQueue) -> str:
    """What the queue's name begins with among the outputs of the stack: `Sms`, `DeliveryLogs` …."""
    return "".join(word.capitalize() for word in queue.value.split("-"))


class AwsDeadLetters:
    """The dead-letter queues of one stack.

    Args:
        sqs, functions, logs: clients of boto3's kind.
        outputs: of the stack, by name.
    """

    def __init__(self, sqs: Any, functions: Any, logs: Any, outputs: Mapping[str, str]) -> None:  # noqa: ANN401
        self._sqs = sqs
        self._functions = functions
        self._logs = logs
        self._outputs = outputs

    def count(self, queue: WorkQueue) -> int:
        """How many messages can be seen."""
        name = "ApproximateNumberOfMessages"
        with translated("GetQueueAttributes"):
            answer = self._sqs.get_queue_attributes(QueueUrl=self._dead(queue), AttributeNames=[name])
        return int(answer["Attributes"][name])

    def look(self, queue: WorkQueue) -> Sequence[DeadLetter]:
        """Some of them, which are then given back."""
        url = self._dead(queue)
        with translated("ReceiveMessage"):
            found = self._receive(url, VisibilityTimeout=GLANCE_SECONDS)
            for one in found:  # whoever puts them back right after this look must find them
                self._sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0
                )
        return [_letter(one) for one in found]

    def reasons(self, queue: WorkQueue, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """What the message says itself, else the last line about it in the log of the queue's function."""
        reasons = {one.id: one.told for one in letters if one.told}
        silent = [one for one in letters if one.id not in reasons]
        if silent and (group := self._log_group(queue)):
            for one in silent:
                if reason := self._logged(group, one):
                    reasons[one.id] = reason
        return reasons

    def take(self, queue: WorkQueue) -> Iterator[DeadLetter]:
        """All of them, in batches."""
        while True:
            with translated("ReceiveMessage"):
                found = self._receive(self._dead(queue), WaitTimeSeconds=1)
            if not found:
                return
            yield from map(_letter, found)

    def put_back(self, queue: WorkQueue, letter: DeadLetter) -> None:
        """Onto the queue; an event of delivery logs to their function."""
        if queue is WorkQueue.DELIVERY_LOGS:
            self._forward_again(letter)
            return
        group = {"MessageGroupId": letter.group} if letter.group else {}
        with translated("SendMessage"):
            self._sqs.send_message(
                QueueUrl=self._outputs[f"{output_of(queue)}QueueUrl"], MessageBody=letter.body, **group
            )

    def remove(self, queue: WorkQueue, letter: DeadLetter) -> None:
        """Delete it."""
        with translated("DeleteMessage"):
            self._sqs.delete_message(QueueUrl=self._dead(queue), ReceiptHandle=letter.receipt)

    def _dead(self, queue: WorkQueue) -> str:
        return self._outputs[f"{output_of(queue)}DeadLetterQueueUrl"]

    def _receive(self, url: str, **how: int) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_AT_ONCE,
            MessageSystemAttributeNames=list(_SYSTEM),
            MessageAttributeNames=list(TOLD),
            **how,
        )
        found: list[dict[str, Any]] = answer.get("Messages", [])
        return found

    def _forward_again(self, letter: DeadLetter) -> None:
        """Delivery logs never were on a queue of ours: here lies the event that their function could not handle."""
        # Asynchronously, as the log subscription does: Lambda keeps the event, and what fails again comes back here.
        with translated("Invoke"):
            self._functions.invoke(
                FunctionName=self._outputs["ForwardDeliveryLogsFunction"],
                InvocationType="Event",
                Payload=json.dumps(event_in(json.loads(letter.body))).encode(),
            )

    def _log_group(self, queue: WorkQueue) -> str | None:
        """Of the function that works on the queue."""
        with translated("GetFunctionConfiguration"):
            name = self._function(queue)
            if name is None:
                return None
            found = self._functions.get_function_configuration(FunctionName=name)
        group: str | None = found.get("LoggingConfig", {}).get("LogGroup")
        return group

    def _function(self, queue: WorkQueue) -> str | None:
        if queue is WorkQueue.DELIVERY_LOGS:
            return self._outputs["ForwardDeliveryLogsFunction"]
        url = self._outputs[f"{output_of(queue)}QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sources = self._functions.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
        return sources[0]["FunctionArn"] if sources else None

    def _logged(self, group: str, letter: DeadLetter) -> str | None:
        """The last line of the log that names the message: kind and code of the error, and what caused it."""
        found: str | None = None
        with translated("FilterLogEvents"):
            pages = self._logs.get_paginator("filter_log_events").paginate(
                logGroupName=group,
                startTime=int(letter.since.timestamp() * 1000),
                filterPattern=f'"{letter.id}"',
            )
            for line in logged_lines(pages):
                if line.get("sqs_message") == letter.id:
                    found = _words(line)
        return found


def logged_lines(pages: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a paginator's
    """Those lines of a log that are JSON."""
    for page in pages:
        for event in page["events"]:
            try:
                line = json.loads(event["message"])
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line


def _letter(message: Mapping[str, Any]) -> DeadLetter:
    of = message["Attributes"]
    return DeadLetter(
        id=message["MessageId"],
        body=message["Body"],
        since=datetime.fromtimestamp(int(of["SentTimestamp"]) / 1000, UTC),
        received=int(of["ApproximateReceiveCount"]),
        told=_told(message),
        group=of.get("MessageGroupId"),
        receipt=message["ReceiptHandle"],
    )


def _told(message: Mapping[str, Any]) -> str | None:
    """What EventBridge and Lambda write beside a message that they could not hand on."""
    for attribute in message.get("MessageAttributes", {}).values():
        return _PERSONAL.sub("…", attribute["StringValue"])[:LONGEST]
    try:
        body = json.loads(message["Body"])
        return str(body["responsePayload"]["errorType"])
    except (ValueError, LookupError, TypeError):
        return None


def _words(fault: Mapping[str, Any]) -> str:
    cause = fault.get("cause")
    words = ": ".join(str(fault[name]) for name in ("error", "code") if fault.get(name))
    return f"{words} (from {_words(cause)})" if isinstance(cause, dict) else words
