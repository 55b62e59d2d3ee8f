"""Remove words and addresses of reminders that are long over. Nothing is searched: the days' manifests name them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from upominek.application.jobs import Planned
from upominek.application.ports.planning import ManifestStore
from upominek.application.ports.privacy import RetentionRepository
from upominek.application.ports.reminders import ReminderRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import Conflict
from upominek.domain.messages.reminder import ReminderKey
from upominek.domain.parties.creditor import Creditor
from upominek.domain.privacy.retention import is_redactable, redacted, texts_expired_before

BATCH_SIZE: Final = 500
"""Reminders held at once."""
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactReminders:
    """Redacts the reminders of one creditor, day by day of their planning, the oldest first.

    May end anywhere and run again: how far it came is noted after each day, and who is redacted stays so.
    """

    manifests: ManifestStore
    reminders: ReminderRepository
    retention: RetentionRepository
    clock: Clock

    def __call__(self, creditor: Creditor, has_time: Callable[[], bool] = lambda: True) -> tuple[int, bool]:
        """Redact what is due.

        Args:
            has_time: asked before each batch.

        Returns:
            How many were redacted, and whether all are that should be.
        """
        limit = texts_expired_before(creditor, creditor.hours.local_day(self.clock.now()))
        through = self.retention.redacted_through(creditor.id)
        count = 0
        for day in self.manifests.days(creditor.id):
            if day >= limit or (through is not None and day <= through):
                continue
            for keys in _batches(self.manifests.read(creditor.id, day)):
                if not has_time():
                    return count, False
                count += self._redact(keys)
            self.retention.set_redacted_through(creditor.id, day)
        return count, True

    def _redact(self, keys: Sequence[ReminderKey]) -> int:
        count = 0
        for _ in range(_ATTEMPTS):
            found = self.reminders.get_many(keys).values()
            due = [redacted(one, self.clock.now()) for one in found if is_redactable(one)]
            keys = self.retention.redact(due)
            count += len(due) - len(keys)
            if not keys:
                return count
        raise Conflict(f"{len(keys)} reminders")  # receipts kept coming for months-old messages


def _batches(planned: Iterable[Planned]) -> Iterator[list[ReminderKey]]:
    keys = (key for one in planned for key in (one.key, one.fallback_key))
    while batch := list(islice(keys, BATCH_SIZE)):
        yield batch
