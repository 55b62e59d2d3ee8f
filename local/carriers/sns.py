"""SNS: what is remembered of `Publish` to a phone number, and the delivery logs that SNS writes to CloudWatch Logs.

Source: Amazon SNS Developer Guide, "Viewing CloudWatch metrics and logs for SMS deliveries" (records and answers), and
API Reference, "Publish" (errors).
"""

from __future__ import annotations

import json
import re
import time
import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from local.carriers.behaviours import ACCEPTED, Call
from upominek.domain.messages.sms import segments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from mypy_boto3_logs import CloudWatchLogsClient

    from local.carriers.aws import Aws
    from local.carriers.journal import Answer
    from local.carriers.message import Message

CHANNEL: Final = "sms"
# Each call wakes the subscribed function once.
TOLD_AT_ONCE = 100
# Invented, and about what an SMS to Poland costs.
PART_PRICE_USD = Decimal("0.04")
CARRIER = {"phoneCarrier": "Simulated Carrier", "mcc": 260, "mnc": 3}
UNKNOWN_CARRIER = {"mcc": 0, "mnc": 0}
EXCEEDS_PRICE = "This delivery would exceed max price"
REFUSALS = {
    Call.THROTTLED: (429, "Sender", "Throttling", "Rate exceeded"),
    Call.REFUSED: (400, "Sender", "InvalidParameter", "Invalid parameter: PhoneNumber Reason: not valid to publish to"),
    Call.MISCONFIGURED: (403, "Sender", "AuthorizationError", "Not authorized to perform: SNS:Publish"),
    Call.BROKEN: (500, "Receiver", "InternalError", "Please try again"),
}
_STREAM = uuid.uuid4().hex
_MESSAGE_ID = re.compile(rb"<MessageId>([^<]+)</MessageId>")
_ATTRIBUTE_NAME = re.compile(r"MessageAttributes\.entry\.(\d+)\.Name")


def log_group(region: str, account: str, *, success: bool) -> str:
    """Where SNS writes; the names are its own choice."""
    return f"sns/{region}/{account}/DirectPublishToPhoneNumber{'' if success else '/Failure'}"


def takes(command: str, path: str) -> bool:
    """Whether a call may be one that hands a message over."""
    return command == "POST" and path == "/"


def recipient_of(body: bytes) -> str | None:
    """The phone number of a `Publish`; None for other calls, and for a publish to a topic."""
    form = _form(body)
    return form.get("PhoneNumber") if form.get("Action") == "Publish" else None


def remembered(body: bytes) -> dict[str, Any]:
    """What logs will need of the request."""
    form = _form(body)
    attributes = {
        name: form.get(f"MessageAttributes.entry.{found[1]}.Value.StringValue", "")
        for key, name in form.items()
        if (found := _ATTRIBUTE_NAME.fullmatch(key))
    }
    parts = segments(form.get("Message", "")).parts
    return {
        "parts": parts,
        "price": str(parts * PART_PRICE_USD),
        "sms_type": attributes.get("AWS.SNS.SMS.SMSType") or "Promotional",
        "max_price": attributes.get("AWS.SNS.SMS.MaxPrice"),
    }


def answered(_: bytes, hand_on: Callable[[], tuple[int, dict[str, str], bytes]]) -> tuple[int, dict[str, str], bytes]:
    """The emulator's SNS answers."""
    return hand_on()


def mail_of(_: bytes) -> None:
    """An SMS is no e-mail."""


def accepted_id(answer: bytes) -> str:
    """The message id in the answer of `Publish`."""
    found = _MESSAGE_ID.search(answer)
    if found is None:
        raise ValueError("the answer of Publish has no MessageId")
    return found[1].decode()


def refusal(call: Call, request_id: str) -> tuple[int, dict[str, str], bytes]:
    """What SNS answers instead of taking the message."""
    status, kind, code, text = REFUSALS[call]
    body = (
        '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
        f"<Error><Type>{kind}</Type><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return status, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, body.encode()


def log_record(message: Message, answer: str, at: datetime) -> tuple[bool, str]:
    """Whether the SMS was delivered, and the text of the log record."""
    request = message.request
    if request["max_price"] and Decimal(request["max_price"]) < Decimal(request["price"]):
        answer = EXCEEDS_PRICE
    success = answer == ACCEPTED
    waited = max(0, (at - message.accepted_at) // timedelta(milliseconds=1))
    record = {
        "notification": {
            "messageId": message.id,
            "timestamp": f"{message.accepted_at:%Y-%m-%d %H:%M:%S}.{message.accepted_at.microsecond // 1000:03}",
        },
        "delivery": {
            **(CARRIER if success else UNKNOWN_CARRIER),
            "numberOfMessageParts": request["parts"],
            "destination": message.recipient,
            "priceInUSD": float(request["price"]),
            "smsType": request["sms_type"],
            "providerResponse": answer.replace("{phone}", message.recipient),
            "dwellTimeMs": min(waited, 80),
            "dwellTimeMsUntilDeviceAck": waited,
        },
        "status": "SUCCESS" if success else "FAILURE",
    }
    return success, json.dumps(record)


def tell(answers: Sequence[Answer], at: datetime, aws: Aws) -> None:
    """Write the delivery logs."""
    records: dict[bool, list[str]] = {True: [], False: []}
    for answer in answers:
        success, text = log_record(answer.message, answer.what, at)
        records[success] += [text] * answer.copies
    for success, texts in records.items():
        if texts:
            _put_records(aws.client("logs"), log_group(aws.region, aws.account, success=success), texts)


def _put_records(logs: CloudWatchLogsClient, group: str, texts: Sequence[str]) -> None:
    # CloudWatch Logs wants to know when a record is written, and refuses another time: that is the real one.
    written = int(time.time() * 1000)
    events: list[Any] = [{"timestamp": written, "message": text} for text in texts]
    put = partial(logs.put_log_events, logGroupName=group, logStreamName=_STREAM, logEvents=events)
    try:
        put()
    except logs.exceptions.ResourceNotFoundException:
        logs.create_log_stream(logGroupName=group, logStreamName=_STREAM)
        put()


def _form(body: bytes) -> dict[str, str]:
    # A text may be blank, and a text that is no UTF-8 is the sender's own affair.
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace"), keep_blank_values=True).items()}
