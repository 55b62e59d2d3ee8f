"""A stand-in for a gateway that nobody has: it takes SMS over HTTP by itself, and reports on the receipts queue."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from local.carriers.behaviours import ACCEPTED, Call

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from local.carriers.aws import Aws
    from local.carriers.journal import Answer

CHANNEL: Final = "sms"
TOLD_AT_ONCE = 10
QUEUE = "http://queues/receipts"


def takes(command: str, path: str) -> bool:
    return command == "POST" and path == "/toy/messages"


def recipient_of(body: bytes) -> str | None:
    return str(json.loads(body)["to"])


def answered(_: bytes, __: Callable[[], object]) -> tuple[int, dict[str, str], bytes]:
    return 202, {"Content-Type": "application/json"}, json.dumps({"id": uuid.uuid4().hex}).encode()


def accepted_id(answer: bytes) -> str:
    return str(json.loads(answer)["id"])


def refusal(call: Call, _: str) -> tuple[int, dict[str, str], bytes]:
    return 400, {"Content-Type": "application/json"}, json.dumps({"error": call.value}).encode()


def remembered(body: bytes) -> dict[str, Any]:
    return {"price": json.loads(body)["price"]}


def mail_of(_: bytes) -> None:
    return None


def tell(answers: Sequence[Answer], at: datetime, aws: Aws) -> None:
    reports = [
        {
            "carrier": "toy",
            "id": answer.message.id,
            "status": "ok" if answer.what == ACCEPTED else "failed",
            "price": answer.message.request["price"],
            "at": at.isoformat(),
        }
        for answer in answers
        for _ in range(answer.copies)
    ]
    for report in reports:
        aws.client("sqs").send_message(QueueUrl=QUEUE, MessageBody=json.dumps(report))
