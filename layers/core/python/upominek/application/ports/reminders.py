"""Reminders and their receipts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from upominek.domain.messages.receipt import Receipt
from upominek.domain.messages.reminder import Reminder, ReminderKey
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.unknown import Unknown


class ReminderRepository(Protocol):
    """Reminders and their receipts."""

    def claim(self, reminder: Reminder) -> Reminder | None:
        """Record the claimed reminder if its key is free.

        Returns:
            None when the claim is ours; otherwise the reminder that stands there already.
        """
        ...

    def unclaim(self, key: ReminderKey, claimed_at: datetime) -> None:
        """Take back our own claim, after a failure that certainly preceded the provider call. Idempotent."""
        ...

    def record(self, reminder: Reminder) -> None:
        """Store the outcome over the claim: sent, skipped, expired, failed or unknown, with all fields.

        Never lowers a status (`Rank`) that a faster receipt has set; details are filled in all the same.
        """
        ...

    def apply_receipt(
        self, key: ReminderKey, receipt: Receipt, status: ReminderStatus | Unknown | None
    ) -> Reminder | None:
        """Append the receipt unless its id is known, and raise the status to `status` if that ranks higher.

        What came back again at a later time than the known receipt says is counted there (`reminder_state`).

        Returns:
            The reminder afterwards when the receipt was new, None when it was a repetition.

        Raises:
            NotFound: no such reminder (yet).
        """
        ...

    def find_by_message(self, carrier: Carrier, message_id: str) -> ReminderKey | None:
        """The reminder that a carrier's reports name so, from the index, eventually consistent.

        Those of carriers whose reports carry our own key are not in the index, unless the person was erased from the
        case.

        Args:
            message_id: the carrier's id of the message, or our reference where it returns that.
        """
        ...

    def get(self, key: ReminderKey) -> Reminder:
        """A consistent read. Raises: NotFound."""
        ...

    def get_many(self, wanted: Collection[ReminderKey]) -> dict[ReminderKey, Reminder]:
        """Eventually consistent, in batches; those that do not exist are absent."""
        ...

    def since(self, creditor: str, debtor: str, first: date, last: date) -> Sequence[Reminder]:
        """Reminders of the days, both included, consistent."""
        ...
