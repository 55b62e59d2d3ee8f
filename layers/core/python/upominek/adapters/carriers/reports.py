"""What SES and SNS report, made into receipts: pure functions on the JSON that arrives, passing on no personal data.

SES publishes an event for each step of an e-mail, through EventBridge, with the tags that it was sent with. SNS writes
a line for each SMS to CloudWatch Logs, with nothing of ours but the message id.

Source: Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes"; Amazon SNS Developer Guide,
"SMS delivery monitoring with CloudWatch".
"""

import hashlib
import json
import re
import zlib
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from upominek.adapters.carriers.answers import answers
from upominek.adapters.carriers.ses.tags import key_from_tags
from upominek.application.receipts.record_receipt import Report
from upominek.domain.errors import InvalidValue
from upominek.domain.messages.receipt import Receipt

LARGEST_LOGS_BYTES: Final = 16 * 1024 * 1024
"""Many times what CloudWatch Logs puts into one batch, and little enough to fit into memory beside its JSON."""
_GZIP: Final = 31
"""What zlib calls the format."""
_PARTS: Final = {
    "Bounce": ("bounce", "bounceType", "bounceSubType"),
    "Complaint": ("complaint", "complaintFeedbackType", "complaintSubType"),
    "Delivery": ("delivery", "", ""),
    "DeliveryDelay": ("deliveryDelay", "delayType", ""),
    "Reject": ("reject", "reason", ""),
    "Open": ("open", "", ""),
    "Click": ("click", "", ""),
}
"""Where an event says what it is about: the object, and its type and subtype."""
_ONCE: Final = frozenset({"Open", "Click"})
"""A person may open a message as often as he likes; that it was opened is one receipt."""
_LONG_NUMBER: Final = re.compile(r"\+?\d{5,}")
"""No known answer repeats the phone number; an unknown one might."""
_RECIPIENTS: Final = ("bouncedRecipients", "delayedRecipients")


def read_report(body: Mapping[str, Any]) -> Report | None:
    """The report in a message of the receipts queue; None for an e-mail that is not a reminder of ours.

    Raises:
        InvalidValue: `report_unreadable`, neither an event of SES nor a delivery log of SNS.
    """
    try:
        if body.get("source") == "aws.ses":
            return _ses_report(body["detail"])
        return _sns_report(body["notification"], body["delivery"], body["status"])
    except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        # The error may repeat what it choked on, and that may be an address.
        raise InvalidValue(
            "report_unreadable",
            pl=f"Nie jest to zdarzenie SES ani wpis SNS o dostarczeniu ({type(error).__name__}).",
            en=f"This is neither an event of SES nor a delivery log of SNS ({type(error).__name__}).",
        ) from None


def unpacked_logs(data: str) -> dict[str, Any]:
    """A batch of log lines, as CloudWatch Logs hands it to a function.

    Raises:
        ValueError: it is no such batch, or it unpacks to more than any has.
    """
    unpacking = zlib.decompressobj(_GZIP)
    content = unpacking.decompress(b64decode(data), LARGEST_LOGS_BYTES)
    if not unpacking.eof:
        raise ValueError(f"delivery logs are cut off, or unpack to more than {LARGEST_LOGS_BYTES} bytes")
    batch: dict[str, Any] = json.loads(content)
    return batch


def without_phone(record: Mapping[str, Any]) -> dict[str, Any]:
    """A delivery log of SNS as it may be passed on: the phone number stays behind."""
    delivery = {name: value for name, value in record["delivery"].items() if name != "destination"}
    return {"notification": record["notification"], "delivery": delivery, "status": record["status"]}


class DeliveryLogs(NamedTuple):
    """What a batch of log lines says.

    Attributes:
        records: delivery logs without phone numbers.
        unreadable: ids of lines that are none, with the error.
    """

    records: list[dict[str, Any]]
    unreadable: list[tuple[str | None, Exception]]


def read_delivery_logs(data: str) -> DeliveryLogs:
    """The delivery logs in a batch; nothing where CloudWatch only tries whether we are there.

    Raises:
        ValueError: it is no such batch, or it unpacks to more than any has.
    """
    batch, read = unpacked_logs(data), DeliveryLogs([], [])
    for line in batch["logEvents"] if batch["messageType"] != "CONTROL_MESSAGE" else ():
        try:
            read.records.append(without_phone(json.loads(line["message"])))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            read.unreadable.append((line.get("id"), error))
    return read


def _ses_report(detail: Mapping[str, Any]) -> Report | None:
    event, mail = detail["eventType"], detail["mail"]
    key = key_from_tags(mail.get("tags") or {})
    if key is None:
        return None
    name, type_name, subtype_name = _PARTS.get(event, ("", "", ""))
    part = detail.get(name) or {}
    kind, subtype = part.get(type_name) or "", part.get(subtype_name) or ""
    at = _time(part.get("timestamp") or mail["timestamp"])
    said = (event,) if event in _ONCE else (event, kind, subtype, at.isoformat())
    smtp_status = next((one[0].get("status") for name in _RECIPIENTS if (one := part.get(name))), None)
    answer = answers().of_email(event, kind, subtype)
    receipt = Receipt(
        id=_digest(mail["messageId"], *said),
        kind=answer.kind,
        at=at,
        code=answer.code,
        detail=" ".join(filter(None, (event, kind, subtype, smtp_status))),
        action=answer.action,
    )
    return Report(receipt=receipt, message_id=mail["messageId"], key=key, pl=answer.pl, en=answer.en)


def _sns_report(notification: Mapping[str, Any], delivery: Mapping[str, Any], status: str) -> Report:
    text = str(delivery.get("providerResponse") or "")
    published_at = _time(notification["timestamp"])
    taken = delivery.get("dwellTimeMsUntilDeviceAck") or delivery.get("dwellTimeMs") or 0
    parts, price = delivery.get("numberOfMessageParts"), delivery.get("priceInUSD")
    answer, message_id = answers().of_sms(status, text), notification["messageId"]
    receipt = Receipt(
        id=_digest(message_id, status, text, published_at.isoformat()),
        kind=answer.kind,
        at=published_at + timedelta(milliseconds=taken),
        code=answer.code,
        detail=_LONG_NUMBER.sub("…", text),
        action=answer.action,
        parts=None if parts is None else int(parts),
        price_usd=None if price is None else format(Decimal(str(price)), "f"),
    )
    return Report(receipt=receipt, message_id=message_id, pl=answer.pl, en=answer.en)


def _digest(*said: str) -> str:
    """The same for the same report, so that a repetition is known."""
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]


def _time(text: str) -> datetime:
    """SES writes `2017-08-05T00:41:02.669Z`, SNS `2016-06-28 00:40:34.558`; both mean UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
