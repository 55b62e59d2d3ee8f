"""What managing needs of the world, beyond what the product needs to do its work."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from upominek.domain.messages.reminder import ReminderKey


class WorkQueue(StrEnum):
    """The queues that functions work off, each with one for what it could not."""

    IMPORTS = "imports"
    PLANS = "plans"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    RECEIPTS = "receipts"
    DELIVERY_LOGS = "delivery-logs"
    """Not a queue of ours: what lies dead there are events that the function of delivery logs could not handle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up.

    Attributes:
        since: when it was put there, aware UTC.
        received: how often somebody has looked at it.
        told: why it was given up, as far as the message itself says so; without personal data.
        group: whose turn it takes among the others of its queue.
        receipt: by which it is removed or given back, opaque.
    """

    id: str
    body: str
    since: datetime
    received: int
    told: str | None = None
    group: str | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLoad:
    """How much there is to do.

    Attributes:
        waiting: messages that anybody may take.
        under_way: those that somebody has taken.
        delayed: those that nobody may take yet.
    """

    waiting: int = 0
    under_way: int = 0
    delayed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.under_way + self.delayed


class DeadLetterQueues(Protocol):
    """What could not be processed."""

    def count(self, queue: WorkQueue) -> int:
        """How many messages can be seen, as far as the queue knows."""
        ...

    def look(self, queue: WorkQueue) -> Sequence[DeadLetter]:
        """Some of them, ten at most; all can be seen by others right afterwards."""
        ...

    def reasons(self, queue: WorkQueue, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """The newest reason that is known of each letter, by its id; those of which nothing is known are absent."""
        ...

    def take(self, queue: WorkQueue) -> Iterator[DeadLetter]:
        """All of them, one after the other; those not removed come back some time later."""
        ...

    def put_back(self, queue: WorkQueue, letter: DeadLetter) -> None:
        """Give the message to those who work on the queue, durably."""
        ...

    def remove(self, queue: WorkQueue, letter: DeadLetter) -> None:
        """Take a letter that was taken off the dead-letter queue."""
        ...


class QueueMonitor(Protocol):
    """How the queues stand."""

    def load(self, queue: WorkQueue) -> QueueLoad | None:
        """How much there is to do, as far as the queue knows; None of delivery logs, which have only dead letters."""
        ...

    def oldest_seconds(self, queue: WorkQueue) -> int | None:
        """How long the oldest message waits, as of some minutes ago; None where nobody knows."""
        ...

    def dead(self, queue: WorkQueue) -> int:
        """How many messages were given up, those that somebody looks at among them."""
        ...


class SendingLog(Protocol):
    """What the sender has written down of its work, one line of ids for each reminder."""

    def handled(self, since: datetime, creditor: str | None = None) -> Iterator[ReminderKey]:
        """Reminders dealt with since this real time, of one creditor or of all; one may come several times."""
        ...


class PlanStarter(Protocol):
    """The function that starts the campaigns whose time has come."""

    def start(self) -> Mapping[str, Any]:
        """Let it do now what the schedule lets it do; what it answered. Idempotent.

        Raises:
            Unavailable: it failed.
        """
        ...


class StackRegistry(Protocol):
    """Stacks that were deployed, by name."""

    def outputs(self, stack: str) -> Mapping[str, str]:
        """What the stack says of itself: names and addresses of what it consists of.

        Raises:
            NotFound: `stack_not_found`.
            Unavailable: it cannot be read; `detail` says why.
        """
        ...
