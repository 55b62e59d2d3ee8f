"""What receipts make of a reminder. Stores keep what was recorded beside the receipts, and tell both by one rule."""

from collections.abc import Sequence
from dataclasses import replace

from upominek.domain.messages.receipt import TRAITS, Receipt, ReceiptKind, receipt_traits
from upominek.domain.messages.reminder import Rank, Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.contact import address_hash
from upominek.domain.values.unknown import Unknown

ReceiptEntry = tuple[Receipt, ReminderStatus | Unknown | None]
"""A receipt and the status that it speaks for."""

MOST_RECEIPTS = 20
"""Beyond these, receipts that only say 'still trying', 'opened' or 'clicked' once more are not kept."""

REPEATING = frozenset(kind for kind, traits in TRAITS.items() if traits.may_repeat)


def digest_of(reminder: Reminder) -> str | None:
    """By which the address that it went to is known; None where it went to none."""
    return address_hash(reminder.address, reminder.key.creditor) if reminder.address else reminder.address_hash


def has_failed(reminder: Reminder) -> bool:
    """Whether it failed at any time, so that a further attempt may have been made; even if it arrived after all."""
    if reminder.status in {ReminderStatus.FAILED, ReminderStatus.BOUNCED}:
        return True
    return any(receipt_traits(one.kind).has_failed for one in reminder.receipts)


def counted_again(known: Receipt, told: Receipt) -> Receipt | None:
    """The receipt after the same was reported as of a later time; None where that is no news.

    A repetition of the last report, or of an earlier one, counts nothing: so the number is the least that is certain.
    """
    is_news = receipt_traits(told.kind).has_failed and told.at > (known.last_at or known.at)
    return replace(known, times=known.times + 1, last_at=told.at) if is_news else None


def with_receipts(recorded: Reminder, told: Sequence[ReceiptEntry]) -> Reminder:
    """The reminder after its receipts, in whatever order they came.

    Its status is the highest of the one that was recorded and those that the receipts speak for. The reason of a status
    that receipts brought is that of the earliest of those; one that was recorded for a lower status is over with it.
    """
    if not told:
        return recorded
    told = sorted(told, key=lambda one: (one[0].at, one[0].id))
    receipts = tuple(receipt for receipt, _ in told)
    reminder = replace(
        recorded,
        receipts=receipts,
        parts=next((one.parts for one in receipts if one.parts is not None), recorded.parts),
        price=next((one.price.text for one in receipts if one.price is not None), recorded.price),
        complained_at=next((one.at for one in receipts if one.kind is ReceiptKind.COMPLAINED), None),
        # Whoever reports on a message has had it, even where its sender never heard so.
        sent_at=recorded.sent_at or receipts[0].at,
    )
    said = [(Rank.said_by(receipt, status), receipt, status) for receipt, status in told if status]
    higher = [one for one in said if one[0] > Rank.of(recorded.status)]
    if not higher:
        return reminder
    _, receipt, status = max(higher, key=lambda one: one[0])
    has_reason = status in {ReminderStatus.FAILED, ReminderStatus.BOUNCED}
    return replace(
        reminder,
        status=status,
        lease_until=None,
        reason=receipt.code or None if has_reason else None,
        detail=receipt.detail or None if has_reason else None,
        reason_at=receipt.at if has_reason else None,
    )
