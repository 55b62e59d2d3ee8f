"""How long what is known of a person is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.contract.examples import claimed, receipt, sent
from upominek.domain.messages.receipt import ReceiptKind
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor
from upominek.domain.privacy.retention import expired_before, is_redactable, redacted, texts_expired_before
from upominek.domain.values.contact import address_hash

CREDITOR = Creditor(id="acme", name="Acme")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("closed_on", "years", "first_day_without"),
    [
        (date(2026, 1, 1), 3, date(2030, 1, 1)),
        (date(2026, 12, 31), 3, date(2030, 1, 1)),
        (date(2027, 1, 1), 3, date(2031, 1, 1)),
        (date(2026, 6, 1), 0, date(2027, 1, 1)),
    ],
)
def test_a_closed_case_is_kept_until_the_end_of_a_year(closed_on: date, years: int, first_day_without: date) -> None:
    creditor = replace(CREDITOR, retention_years=years)
    assert closed_on < expired_before(creditor, first_day_without)
    assert closed_on >= expired_before(creditor, first_day_without - timedelta(days=1))


@pytest.mark.parametrize("hours", [1, 36, 72])
def test_no_text_is_removed_before_its_days_are_over_however_late_it_went(hours: int) -> None:
    creditor = replace(CREDITOR, text_days=90, message_lifetime=timedelta(hours=hours))
    planned_on = date(2026, 3, 2)
    first = next(
        today
        for number in range(200)
        if planned_on < texts_expired_before(creditor, today := planned_on + timedelta(days=number))
    )
    latest_sending = datetime(2026, 3, 3, tzinfo=UTC) + creditor.message_lifetime
    assert datetime(first.year, first.month, first.day, tzinfo=UTC) >= latest_sending + timedelta(days=90)
    assert first - planned_on <= timedelta(days=96)


def test_redaction_leaves_what_became_of_it() -> None:
    told = receipt(ReceiptKind.BOUNCED, code="gone", detail="said by anna@firma.example")
    reminder = replace(sent(claimed()), detail="said", receipts=(told,), subject="Faktura")
    after = redacted(reminder, NOW)
    assert after == replace(
        reminder,
        address=None,
        address_hash=address_hash("+48512345678", reminder.key.creditor),
        subject=None,
        text=None,
        detail=None,
        receipts=(replace(told, detail=""),),
        redacted_at=NOW,
    )


def test_what_had_no_address_gets_no_hash_of_one() -> None:
    assert redacted(replace(claimed(), status=ReminderStatus.SKIPPED), NOW).address_hash is None


@pytest.mark.parametrize("status", ReminderStatus)
def test_all_but_claims_are_redacted_and_once(status: ReminderStatus) -> None:
    reminder = replace(sent(claimed()), status=status)
    assert is_redactable(reminder) == (status is not ReminderStatus.CLAIMED)
    assert not is_redactable(redacted(reminder, NOW))
