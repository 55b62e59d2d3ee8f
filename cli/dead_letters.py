"""Why a message lies in a dead-letter queue: SQS does not say so, but the log of the function that gave it up does."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cli.target import Target

OUTPUTS = {"DeliveryLogs": "ForwardDeliveryLogsFunction"}
"""Functions that no queue feeds, by the name of what they leave behind."""

TOLD = ("ErrorMessage", "ERROR_MESSAGE")
"""Attributes in which Lambda and EventBridge say why they gave a message up."""
LONGEST = 200
_PERSONAL = re.compile(r"\S*@\S*|\+?\d{5,}")
"""An error's words are not ours, so they may repeat what it choked on."""


def reasons_of(target: Target, queue: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The newest reason that is known of each message, by its id.

    Args:
        queue: name of the queue in the outputs.
        messages: as SQS hands them out.
    """
    reasons = {one["MessageId"]: reason for one in messages if (reason := _told(one))}
    silent = [one for one in messages if one["MessageId"] not in reasons]
    if silent and (group := _log_group(target, queue)):
        for one in silent:
            if reason := _logged(target, group, one):
                reasons[one["MessageId"]] = reason
    return reasons


def _told(message: Mapping[str, Any]) -> str | None:
    """What EventBridge and Lambda write beside a message that they could not hand on."""
    for attribute in message.get("MessageAttributes", {}).values():
        return _PERSONAL.sub("…", attribute["StringValue"])[:LONGEST]
    try:
        body = json.loads(message["Body"])
        return str(body["responsePayload"]["errorType"])
    except (ValueError, LookupError, TypeError):
        return None


def _log_group(target: Target, queue: str) -> str | None:
    """Of the function that works on the queue."""
    functions = target.client("lambda")
    name = target.outputs.get(OUTPUTS.get(queue, ""))
    if name is None:
        arn = target.client("sqs").get_queue_attributes(
            QueueUrl=target.outputs[f"{queue}QueueUrl"], AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        sources = functions.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
        name = sources[0]["FunctionArn"] if sources else None
    if name is None:
        return None
    group: str | None = functions.get_function_configuration(FunctionName=name).get("LoggingConfig", {}).get("LogGroup")
    return group


def _logged(target: Target, group: str, message: Mapping[str, Any]) -> str | None:
    """The last line of the log that names the message: kind and code of the error, and what caused it."""
    pages = target.client("logs").get_paginator("filter_log_events")
    found: str | None = None
    for page in pages.paginate(
        logGroupName=group,
        startTime=int(message["Attributes"]["SentTimestamp"]),
        filterPattern=f'"{message["MessageId"]}"',
    ):
        for event in page["events"]:
            try:
                line = json.loads(event["message"])
            except ValueError:
                continue
            if isinstance(line, dict) and line.get("sqs_message") == message["MessageId"]:
                found = _words(line)
    return found


def _words(fault: Mapping[str, Any]) -> str:
    cause = fault.get("cause")
    words = ": ".join(str(fault[name]) for name in ("error", "code") if fault.get(name))
    return f"{words} (from {_words(cause)})" if isinstance(cause, dict) else words
