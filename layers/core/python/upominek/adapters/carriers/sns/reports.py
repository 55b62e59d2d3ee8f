"""What SNS reports, made into receipts: pure functions on the JSON that arrives, passing on no personal data.

SNS writes a line for each SMS to CloudWatch Logs, with nothing of ours but the message id.

Source: Amazon SNS Developer Guide, "SMS delivery monitoring with CloudWatch".
"""

import json
import zlib
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from upominek.adapters.carriers.reporting import digest, utc_time, without_contact_data
from upominek.adapters.carriers.sns.answers import answer_of
from upominek.application.receipts.record_receipt import Report
from upominek.domain.messages.receipt import Price, Receipt
from upominek.domain.values.carrier import SNS

LARGEST_LOGS_BYTES: Final = 16 * 1024 * 1024
"""Many times what CloudWatch Logs puts into one batch, and little enough to fit into memory beside its JSON."""
_GZIP: Final = 31
"""What zlib calls the format."""
CURRENCY: Final = "USD"
_PASSED_ON: Final = (
    ("notification", ("messageId", "timestamp")),
    (
        "delivery",
        (
            *("numberOfMessageParts", "priceInUSD", "smsType", "providerResponse", "dwellTimeMs"),
            *("dwellTimeMsUntilDeviceAck", "mnc", "mcc", "phoneCarrier"),
        ),
    ),
)
_RESPONSE: Final = "providerResponse"
"""The carrier's answer, which may repeat the number: `+48… is opted out`."""


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
    """A delivery log of SNS as it may be passed on: the phone number stays behind, wherever it stands.

    Only fields that are known go on, so what a newer log says of the addressee stays behind as well.
    """
    notification, delivery = (
        {name: record[part][name] for name in known if name in record[part]} for part, known in _PASSED_ON
    )
    if delivery.get(_RESPONSE):
        delivery[_RESPONSE] = without_contact_data(str(delivery[_RESPONSE]))
    return {"notification": notification, "delivery": delivery, "status": record["status"]}


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


def read_report(body: Mapping[str, Any]) -> Report:
    """The report in a delivery log."""
    notification, delivery, status = body["notification"], body["delivery"], body["status"]
    text = without_contact_data(str(delivery.get(_RESPONSE) or ""))
    published_at = utc_time(notification["timestamp"])
    taken = delivery.get("dwellTimeMsUntilDeviceAck") or delivery.get("dwellTimeMs") or 0
    parts, price = delivery.get("numberOfMessageParts"), delivery.get("priceInUSD")
    answer, message_id = answer_of(status, text), notification["messageId"]
    receipt = Receipt(
        id=digest(message_id, status, text, published_at.isoformat()),
        kind=answer.kind,
        at=published_at + timedelta(milliseconds=taken),
        code=answer.code,
        detail=text,
        action=answer.action,
        parts=None if parts is None else int(parts),
        price=None if price is None else Price(format(Decimal(str(price)), "f"), CURRENCY),
    )
    return Report(carrier=SNS, receipt=receipt, message_id=message_id, pl=answer.pl, en=answer.en)
