"""When a creditor's e-mail is warned of, and when it stops."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from upominek.domain.messages.receipt import Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder, ReminderKey
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.messages.sender_reputation import ReputationCounts, ReputationGuard, first_hour, hour_of, tally_of
from upominek.domain.values.channel import Channel, Tone

NOW = datetime(2026, 3, 2, 9, 41, 5, 77, tzinfo=UTC)
REMINDER = Reminder(
    key=ReminderKey("rura", "D-1", date(2026, 3, 2), "r-1"),
    campaign="main",
    step="+5",
    channel=Channel.EMAIL,
    template="overdue",
    tone=Tone.NEUTRAL,
    status=ReminderStatus.SENT,
    claimed_at=NOW,
)


@pytest.mark.parametrize(
    ("tally", "brake"),
    [
        (ReputationCounts(999, 999, 999), ReputationGuard.FREE),
        (ReputationCounts(1000, 49, 0), ReputationGuard.FREE),
        (ReputationCounts(1000, 50, 0), ReputationGuard.WARN),
        (ReputationCounts(1000, 99, 0), ReputationGuard.WARN),
        (ReputationCounts(1000, 100, 0), ReputationGuard.STOP),
        (ReputationCounts(1000, 0, 1), ReputationGuard.WARN),
        (ReputationCounts(1001, 0, 1), ReputationGuard.FREE),
        (ReputationCounts(1000, 0, 2), ReputationGuard.WARN),
        (ReputationCounts(1000, 0, 3), ReputationGuard.STOP),
        (ReputationCounts(1001, 100, 3), ReputationGuard.WARN),
        (ReputationCounts(50_000, 2_499, 49), ReputationGuard.FREE),
    ],
)
def test_shares_of_a_thousand_or_more_warn_and_stop(tally: ReputationCounts, brake: ReputationGuard) -> None:
    assert tally.brake is brake


def test_it_looks_back_over_24_hours_with_the_one_that_runs() -> None:
    assert hour_of(NOW) == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert first_hour(NOW) == datetime(2026, 3, 1, 10, tzinfo=UTC)


def receipts(*kinds: ReceiptKind) -> list[Receipt]:
    return [Receipt(id=f"{at}", kind=kind, at=NOW + timedelta(minutes=at)) for at, kind in enumerate(kinds)]


DELIVERED, BOUNCED, COMPLAINED = ReceiptKind.DELIVERED, ReceiptKind.BOUNCED, ReceiptKind.COMPLAINED


@pytest.mark.parametrize(
    ("kinds", "tally"),
    [
        ([ReceiptKind.SENT, DELIVERED, ReceiptKind.OPENED], ReputationCounts(1)),
        ([BOUNCED], ReputationCounts(1, 1)),
        ([DELIVERED, BOUNCED], ReputationCounts(1, 1)),
        ([BOUNCED, DELIVERED, BOUNCED], ReputationCounts(1, 1)),
        ([COMPLAINED, DELIVERED, COMPLAINED], ReputationCounts(1, 0, 1)),
        ([ReceiptKind.DELAYED, ReceiptKind.FAILED, ReceiptKind.OPTED_OUT], ReputationCounts()),
    ],
)
def test_an_email_counts_once_however_many_receipts_tell_of_it(
    kinds: list[ReceiptKind], tally: ReputationCounts
) -> None:
    told, total = receipts(*kinds), ReputationCounts()
    for number, receipt in enumerate(told, start=1):
        total += tally_of(replace(REMINDER, receipts=tuple(told[:number])), receipt)
    assert total == tally
