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
from upominek.domain.messages.reminder import Reminder, ReminderKey
from upominek.domain.messages.reminder_state import has_failed
from upominek.domain.parties.creditor import Creditor
from upominek.domain.privacy.retention import is_redactable, redacted, texts_expired_before

BATCH_SIZE: Final = 500
"""Reminders held at once."""
_ATTEMPTS: Final = 5
_REMINDERS_EACH: Final = 2


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
            for planned in _batches(self.manifests.read(creditor.id, day)):
                if not has_time():
                    return count, False
                count += self._redact(planned)
            self.retention.set_redacted_through(creditor.id, day)
        return count, True

    def _redact(self, planned: Sequence[Planned]) -> int:
        count, found = 0, self._attempts(planned)
        for _ in range(_ATTEMPTS):
            due = [redacted(one, self.clock.now()) for one in found.values() if is_redactable(one)]
            keys = self.retention.redact(due)
            count += len(due) - len(keys)
            if not keys:
                return count
            found = self.reminders.get_many(keys)
        raise Conflict(f"{len(found)} reminders")  # receipts kept coming for months-old messages

    def _attempts(self, planned: Sequence[Planned]) -> dict[ReminderKey, Reminder]:
        """All that was sent for these. To the next address only where the first one failed, so only there is looked."""
        found = self.reminders.get_many([key for one in planned for key in (one.key, one.fallback_key)])
        failed = [one for one in planned if one.key in found and has_failed(found[one.key])]
        return found | (self.reminders.get_many([one.next_address_key for one in failed]) if failed else {})


def _batches(planned: Iterable[Planned]) -> Iterator[list[Planned]]:
    remaining = iter(planned)
    while batch := list(islice(remaining, BATCH_SIZE // _REMINDERS_EACH)):
        yield batch
