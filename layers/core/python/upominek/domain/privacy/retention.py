"""How long what is known of a person is kept, and what of it goes first: the words and addresses of messages.

Source: art. 5 (1) (e) RODO (kept no longer than necessary) and art. 118 KC, by which claims are time-barred at the end
of a year: after it nobody needs the person behind a closed case, neither to claim nor to defend.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor
from upominek.domain.values.contact import address_hash


def expired_before(creditor: Creditor, today: date) -> date:
    """Cases closed before this day are kept no longer: the years count from the end of the one of their closing."""
    return date(today.year - creditor.retention_years, 1, 1)


def texts_expired_before(creditor: Creditor, today: date) -> date:
    """Reminders planned before this day are redacted: none of them can have gone later than `text_days` ago."""
    return today - creditor.message_lifetime - timedelta(days=1 + creditor.text_days)


def is_redactable(reminder: Reminder) -> bool:
    """Whether there may be something to remove; a claim has neither address nor words yet."""
    return reminder.redacted_at is None and reminder.status is not ReminderStatus.CLAIMED


def redacted(reminder: Reminder, at: datetime) -> Reminder:
    """The reminder without words, address and what providers said in theirs; a hash of the address stays.

    By it a complaint that comes after months still makes the address unusable.
    """
    digest = address_hash(reminder.address, reminder.key.creditor) if reminder.address else None
    return replace(
        reminder,
        address=None,
        address_hash=digest,
        subject=None,
        text=None,
        detail=None,
        receipts=tuple(replace(one, detail="") for one in reminder.receipts),
        redacted_at=at,
    )
