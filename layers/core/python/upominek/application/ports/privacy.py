"""What is kept no longer."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from upominek.domain.cases.case import CaseFile
from upominek.domain.messages.reminder import Reminder, ReminderKey


class RetentionRepository(Protocol):
    """What is kept no longer: words and addresses of old reminders, and the person in cases closed long ago."""

    def redacted_through(self, creditor: str) -> date | None:
        """The last day of planning whose reminders were all redacted."""
        ...

    def set_redacted_through(self, creditor: str, day: date) -> None:
        """Remember it; never back."""
        ...

    def redact(self, reminders: Sequence[Reminder]) -> Sequence[ReminderKey]:
        """Write each as `retention.redacted` made it, unless a receipt has come since it was read.

        Returns:
            Keys of those that changed in the meantime: read and redact these again.
        """
        ...

    def closed_before(self, creditor: str, shards: tuple[int, ...], day: date) -> Iterator[tuple[str, date]]:
        """Debtors whose last noted closing was before the day, with the day of it, from the index.

        A case whose erasure has begun is among them at once, with `date.min`.
        """
        ...

    def keep_open(self, creditor: str, debtor: str, closed_on: date) -> None:
        """Take a case off the index that turned out not to be closed, unless a later closing was noted. Idempotent."""
        ...

    def begin_erasure(self, creditor: str, debtor: str, shards: tuple[int, ...], secret: str) -> str:
        """Note in the case that it is being erased; returns the secret that stands there now, the first one given."""
        ...

    def pseudonymise(self, file: CaseFile, at: datetime) -> None:
        """Store a case that `pseudonym.without_person` made, idempotent.

        It is in no index but that of messages, e-mails too: their receipts carry ids that lead nowhere any more.
        """
        ...

    def forget(self, creditor: str, debtor: str, secret: str, digests: Collection[str]) -> None:
        """Delete all that is kept of the case, the case itself last. Idempotent.

        Args:
            secret: of the erasure; a case that has another one, or none, is a new one and stays.
            digests: of addresses; where they are marked as unusable, the marks stay and no longer name the debtor.
        """
        ...
