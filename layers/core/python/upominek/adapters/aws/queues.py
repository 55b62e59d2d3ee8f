"""The queues, on SQS."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from upominek.adapters.aws.client.backoff import back_off
from upominek.adapters.aws.client.errors import translated
from upominek.application.jobs import OutboxItem, PlanJob
from upominek.domain.errors import Unavailable
from upominek.domain.values.batches import batched
from upominek.settings import MissingSettingError, Settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from upominek.domain.values.channel import Channel

_MOST_ENTRIES: Final = 10
_MOST_BYTES: Final = 250_000
"""SQS takes 262 144 bytes in one request; some are for what surrounds the bodies."""

_ATTEMPTS: Final = 5


class SqsQueues:
    """Sends in batches; what SQS did not take of a batch is sent again, and raised when it stays so."""

    def __init__(self, client: "SQSClient", settings: Settings) -> None:
        self._client: Any = client
        self._settings = settings

    def plan(self, jobs: Sequence[PlanJob]) -> None:
        """Put jobs on the planning queue, durably."""
        self._send("plans_queue_url", ({"MessageBody": _text(job.to_dict())} for job in jobs))

    def send(self, items: Iterable[OutboxItem], *, delay_seconds: int = 0) -> None:
        """Put reminders on the lanes of their channels, durably.

        The group is the creditor: on a standard queue it asks SQS for fairness between groups, not for order.
        """
        lanes: dict[Channel, list[dict[str, Any]]] = {}
        for item in items:
            entry = {"MessageBody": _text(item.to_dict()), "MessageGroupId": item.creditor, **_delay(delay_seconds)}
            lanes.setdefault(item.lane, []).append(entry)
        for channel, entries in lanes.items():
            self._send(f"{channel.value}_queue_url", entries)

    def import_chunks(self, jobs: Sequence[Mapping[str, object]]) -> None:
        """Put jobs on the import queue, durably."""
        self._send("imports_queue_url", ({"MessageBody": _text(job)} for job in jobs))

    def receipts(self, bodies: Iterable[Mapping[str, object]], *, delay_seconds: int = 0) -> None:
        """Put reports of providers on the receipts queue, durably."""
        self._send("receipts_queue_url", ({"MessageBody": _text(body), **_delay(delay_seconds)} for body in bodies))

    def _send(self, setting: str, entries: Iterable[dict[str, Any]]) -> None:
        url = getattr(self._settings, setting)
        if not url:
            raise MissingSettingError(setting.upper())
        for some in batched(entries, _MOST_ENTRIES):
            for batch in _fitting(some):
                self._send_batch(url, [{"Id": str(number), **entry} for number, entry in enumerate(batch)])

    def _send_batch(self, url: str, waiting: list[dict[str, Any]]) -> None:
        for attempt in range(_ATTEMPTS):
            with translated("SendMessageBatch"):
                answer = self._client.send_message_batch(QueueUrl=url, Entries=waiting)
            failed = {one["Id"]: one for one in answer.get("Failed", ())}
            if not failed:
                return
            if any(one["SenderFault"] for one in failed.values()):
                raise Unavailable("SendMessageBatch", ", ".join(sorted({one["Code"] for one in failed.values()})))
            waiting = [entry for entry in waiting if entry["Id"] in failed]
            back_off(attempt)
        raise Unavailable("SendMessageBatch", f"{len(waiting)} not taken")


def _fitting(entries: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The entries in batches that SQS takes in one request."""
    batch: list[dict[str, Any]] = []
    size = 0
    for entry in entries:
        length = len(entry["MessageBody"])
        if batch and size + length > _MOST_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def _text(body: Mapping[str, object]) -> str:
    # ASCII: SQS refuses some characters of Unicode, and its limits count bytes.
    return json.dumps(body, separators=(",", ":"))


def _delay(seconds: int) -> dict[str, int]:
    return {"DelaySeconds": seconds} if seconds else {}
