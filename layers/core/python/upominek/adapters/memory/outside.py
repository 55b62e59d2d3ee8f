"""What lies outside the table, in memory: queues, carriers, files, secrets, time and ids."""

import io
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import RLock
from typing import BinaryIO, Generic, TypeVar

from upominek.application.jobs import OutboxItem, PlanJob
from upominek.application.ports.carriers import EmailMessage, SmsMessage
from upominek.domain.errors import NotFound, SendingError
from upominek.domain.values.channel import Channel

M = TypeVar("M", SmsMessage, EmailMessage)


class ManualClock:
    """Stands still until it is set, moved, or slept on."""

    def __init__(self, now: datetime) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The time it was set to."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move on by so much at once, and remember it."""
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)

    def advance(self, **units: float) -> None:
        """Move on, by `days`, `hours`, `minutes` …."""
        self.time += timedelta(**units)


class CountingIds:
    """`id-0001`, `id-0002` …: fresh, sortable, and the same in every run."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = RLock()

    def new(self) -> str:
        """The next one."""
        with self._lock:
            self._count += 1
            return f"id-{self._count:04}"


class MemoryQueues:
    """The queues as lists, oldest first.

    Attributes:
        outbox, reports: with the delay that was asked for.
    """

    def __init__(self) -> None:
        self.plans: list[PlanJob] = []
        self.outbox: list[tuple[OutboxItem, int]] = []
        self.imports: list[Mapping[str, object]] = []
        self.reports: list[tuple[Mapping[str, object], int]] = []

    def plan(self, jobs: Sequence[PlanJob]) -> None:
        """Keep the jobs."""
        self.plans.extend(jobs)

    def send(self, items: Iterable[OutboxItem], *, delay_seconds: int = 0) -> None:
        """Keep the reminders."""
        self.outbox.extend((item, delay_seconds) for item in items)

    def import_chunks(self, jobs: Sequence[Mapping[str, object]]) -> None:
        """Keep the jobs."""
        self.imports.extend(jobs)

    def receipts(self, bodies: Iterable[Mapping[str, object]], *, delay_seconds: int = 0) -> None:
        """Keep the reports."""
        self.reports.extend((body, delay_seconds) for body in bodies)

    def lane(self, channel: Channel) -> list[OutboxItem]:
        """What waits on the lane of one channel."""
        return [item for item, _ in self.outbox if item.lane is channel]

    def take_plans(self) -> list[PlanJob]:
        """All jobs; the queue is empty afterwards."""
        taken, self.plans = self.plans, []
        return taken

    def take_outbox(self) -> list[OutboxItem]:
        """All reminders, whatever their delay; the queue is empty afterwards."""
        taken, self.outbox = self.outbox, []
        return [item for item, _ in taken]


class _MemorySender(Generic[M]):
    """Remembers what was handed over, and fails when told to.

    Attributes:
        sent: what the provider took, in order.
        attempts: every call, those that failed as well.
    """

    def __init__(self, prefix: str) -> None:
        self.sent: list[M] = []
        self.attempts: list[M] = []
        self._prefix = prefix
        self._failures: deque[SendingError] = deque()
        self._lock = RLock()

    def fail_next(self, *errors: SendingError) -> None:
        """Let the next calls fail, each with one of the errors, in order."""
        self._failures.extend(errors)

    def send(self, message: M) -> str:
        """Take the message, or fail as told."""
        with self._lock:
            self.attempts.append(message)
            if self._failures:
                raise self._failures.popleft()
            self.sent.append(message)
            return f"{self._prefix}-{len(self.sent):04}"


class MemorySmsSender(_MemorySender[SmsMessage]):
    """A carrier that takes everything."""

    def __init__(self) -> None:
        super().__init__("sms")


class MemoryEmailSender(_MemorySender[EmailMessage]):
    """A mail service that takes everything."""

    def __init__(self) -> None:
        super().__init__("email")


class MemoryFileStore:
    """Files as bytes by key."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.content_types: dict[str, str] = {}

    def size(self, key: str) -> int:
        """Bytes. Raises: NotFound."""
        return len(self._content(key))

    @contextmanager
    def open(self, key: str, first: int = 0, last: int | None = None) -> Iterator[BinaryIO]:
        """A stream of the bytes from first to last, both included. Raises: NotFound."""
        yield io.BytesIO(self._content(key)[first : None if last is None else last + 1])

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None:
        """Store or replace."""
        self.files[key] = content
        self.content_types[key] = content_type

    def put_stream(self, key: str, content: Iterable[bytes], content_type: str = "application/octet-stream") -> None:
        """Store or replace, once all pieces are there."""
        self.put(key, b"".join(content), content_type)

    def list(self, prefix: str) -> Sequence[str]:
        """Keys below the prefix, in alphabetical order."""
        return sorted(key for key in self.files if key.startswith(prefix))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""
        for key in keys:
            self.files.pop(key, None)

    def _content(self, key: str) -> bytes:
        if key not in self.files:
            raise NotFound("file_not_found", pl=f"Nie ma pliku {key}.", en=f"There is no file {key}.")
        return self.files[key]


class MemorySecretStore:
    """Secrets by creditor."""

    def __init__(self) -> None:
        self._secrets: dict[str, tuple[str, ...]] = {}

    def webhook_secrets(self, creditor: str) -> tuple[str, ...]:
        """The valid secrets, newest first. Raises: NotFound."""
        if creditor not in self._secrets:
            raise NotFound(
                "secret_not_found", pl=f"Brak sekretu dla „{creditor}”.", en=f"There is no secret for “{creditor}”."
            )
        return self._secrets[creditor]

    def save_webhook_secrets(self, creditor: str, secrets: Sequence[str]) -> None:
        """Store or replace."""
        self._secrets[creditor] = tuple(secrets)
