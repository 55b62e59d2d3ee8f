"""What managing needs beside the ports of the product, in memory: queues as a whole, a log, and stacks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from upominek.application.ports.administration import DeadLetter, QueueLoad, WorkQueue
from upominek.domain.errors import NotFound
from upominek.domain.messages.reminder import ReminderKey


@dataclass
class MemoryDeadLetters:
    """Dead letters as lists, oldest first.

    Attributes:
        dead: what lies there.
        back: what was put back.
        logged: the reason that a log has of a letter, by its id.
    """

    dead: dict[WorkQueue, list[DeadLetter]] = field(default_factory=lambda: {queue: [] for queue in WorkQueue})
    back: dict[WorkQueue, list[DeadLetter]] = field(default_factory=lambda: {queue: [] for queue in WorkQueue})
    logged: dict[str, str] = field(default_factory=dict)

    def count(self, queue: WorkQueue) -> int:
        """How many there are."""
        return len(self.dead[queue])

    def look(self, queue: WorkQueue) -> Sequence[DeadLetter]:
        """The first ten."""
        self.dead[queue] = [replace(one, received=one.received + 1) for one in self.dead[queue]]
        return self.dead[queue][:10]

    def reasons(self, queue: WorkQueue, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """What the letter says, else what is logged."""
        del queue
        found = {one.id: one.told or self.logged.get(one.id) for one in letters}
        return {letter: reason for letter, reason in found.items() if reason}

    def take(self, queue: WorkQueue) -> Iterator[DeadLetter]:
        """All of them."""
        yield from tuple(self.dead[queue])

    def put_back(self, queue: WorkQueue, letter: DeadLetter) -> None:
        """Remember it."""
        self.back[queue].append(letter)

    def remove(self, queue: WorkQueue, letter: DeadLetter) -> None:
        """Forget it."""
        self.dead[queue] = [one for one in self.dead[queue] if one.id != letter.id]


@dataclass
class MemoryQueueMonitor:
    """Loads as they were set; nothing to do on all other queues."""

    loads: dict[WorkQueue, QueueLoad] = field(default_factory=dict)
    oldest: dict[WorkQueue, int] = field(default_factory=dict)
    given_up: dict[WorkQueue, int] = field(default_factory=dict)

    def load(self, queue: WorkQueue) -> QueueLoad | None:
        """As it was set."""
        return None if queue is WorkQueue.DELIVERY_LOGS else self.loads.get(queue, QueueLoad())

    def oldest_seconds(self, queue: WorkQueue) -> int | None:
        """As it was set."""
        return self.oldest.get(queue)

    def dead(self, queue: WorkQueue) -> int:
        """As it was set."""
        return self.given_up.get(queue, 0)


@dataclass
class MemorySendingLog:
    """Reminders with the time at which they were dealt with."""

    lines: list[tuple[datetime, ReminderKey]] = field(default_factory=list)

    def handled(self, since: datetime, creditor: str | None = None) -> Iterator[ReminderKey]:
        """Those since then."""
        for at, key in self.lines:
            if at >= since and creditor in {None, key.creditor}:
                yield key


@dataclass
class MemoryPlanStarter:
    """Answers as it was told to, and counts.

    Attributes:
        started: how often it was asked.
    """

    answer: Mapping[str, Any] = field(default_factory=lambda: {"started": []})
    started: int = 0

    def start(self) -> Mapping[str, Any]:
        """Count."""
        self.started += 1
        return self.answer


@dataclass
class MemoryStacks:
    """Outputs by the name of the stack."""

    stacks: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def outputs(self, stack: str) -> Mapping[str, str]:
        """As they were set."""
        if stack not in self.stacks:
            raise NotFound("stack_not_found", pl=f"Nie ma stosu {stack}.", en=f"There is no stack {stack}.")
        return self.stacks[stack]
