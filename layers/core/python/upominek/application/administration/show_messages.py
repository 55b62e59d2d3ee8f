"""The messages of the last hours, and what the providers said of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from upominek.application.ports.administration import SendingLog
from upominek.application.ports.reminders import ReminderRepository
from upominek.domain.errors import NotFound
from upominek.domain.messages.reminder import Reminder, ReminderKey

_WORKERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowMessages:
    """Finds the reminders that the sender has dealt with: sent, skipped, expired, unknown.

    Which ones they are is read from the sender's log: the table has no index for this question, and a scan would cost
    more the longer the product is in use.

    Attributes:
        real_time: which the log is dated by, even where the stack's clock was moved.
    """

    reminders: ReminderRepository
    log: SendingLog
    real_time: Callable[[], datetime]

    def __call__(self, creditor: str | None = None, *, within: timedelta) -> Sequence[Reminder]:
        """Those of the time until now, of one creditor or of all."""
        keys = dict.fromkeys(self.log.handled(self.real_time() - within, creditor))
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            return [one for one in pool.map(self._read, keys) if one is not None]

    def _read(self, key: ReminderKey) -> Reminder | None:
        try:
            return self.reminders.get(key)
        except NotFound:  # claimed, given back, and put on another lane since
            return None
