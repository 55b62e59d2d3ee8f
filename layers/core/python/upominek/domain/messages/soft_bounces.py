"""When an address that only ever bounces softly is given up.

Each single return may pass, so none suppresses the address. One that comes back at every step is as good as gone, and
each further try counts against the sender at the mailbox's provider.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_state import digest_of
from upominek.domain.messages.reminder_status import ReminderStatus

SOFT: Final = frozenset({"soft-bounce", "mailbox-full", "delivery-timeout", "bounce-undetermined"})
"""Codes of what came back for the sake of the address and may pass; what was refused for its content has others."""
MOST: Final = 3
"""Returns in a row, each of another message, after which the address is given up."""
REACH: Final = timedelta(days=180)
"""How far back is looked: three steps of a slow ladder."""
GIVEN_UP: Final = "soft-bounces"
"""Our code for why the address is not used any more."""
GIVEN_UP_PL: Final = "Trzy wiadomości z rzędu wróciły z tego adresu, więc już na niego nie piszemy. Podaj inny adres."
GIVEN_UP_EN: Final = "Three messages in a row came back from this address, so it is used no more. Give another one."


def is_soft(reminder: Reminder) -> bool:
    """Whether the message came back softly, and that is the last word about it."""
    return reminder.status is ReminderStatus.FAILED and reminder.reason in SOFT


def in_a_row(reminders: Iterable[Reminder], digest: str) -> int:
    """How many of the newest messages to the address came back softly, one after the other.

    One that was delivered ends the row. One that nobody knows the end of yet, or that never left, says nothing.
    """
    count = 0
    for one in sorted(reminders, key=lambda one: one.sent_at or one.claimed_at, reverse=True):
        if one.sent_at is None or digest_of(one) != digest:
            continue
        if is_soft(one):
            count += 1
        elif one.status in {ReminderStatus.DELIVERED, ReminderStatus.BOUNCED, ReminderStatus.FAILED}:
            break
    return count
