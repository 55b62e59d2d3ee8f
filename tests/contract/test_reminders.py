"""The claim, the outcome and the receipts of a reminder."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, permutations

import pytest

from tests.contract.conftest import Store
from tests.contract.examples import ACME, DEBTOR, NOW, TODAY, claimed, receipt, sent
from upominek.application.ports.reminders import ReminderRepository
from upominek.domain.errors import NotFound
from upominek.domain.messages.receipt import Action, Price, ReceiptKind
from upominek.domain.messages.reminder import status_after
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.carrier import SNS
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money


@pytest.fixture
def reminders(store: Store) -> ReminderRepository:
    return store.reminders


def test_a_claim_is_kept_with_all_its_fields(reminders: ReminderRepository) -> None:
    reminder = claimed(is_fallback=True, to_next_address=True)
    assert reminders.claim(reminder) is None
    assert reminders.get(reminder.key) == reminder


def test_a_second_claim_meets_the_first(reminders: ReminderRepository) -> None:
    first = claimed()
    reminders.claim(first)
    assert reminders.claim(replace(first, claimed_at=NOW + timedelta(hours=1))) == first
    assert reminders.get(first.key) == first


def test_two_claims_of_the_same_moment_are_not_taken_for_one(reminders: ReminderRepository) -> None:
    assert reminders.claim(claimed()) is None
    assert reminders.claim(claimed()) is not None


def test_of_many_workers_one_gets_the_claim(contested_store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: contested_store.reminders.claim(claimed()), range(24)))
    assert results.count(None) == 1


def test_our_own_claim_can_be_taken_back_and_made_again(reminders: ReminderRepository) -> None:
    reminder = claimed()
    reminders.claim(reminder)
    reminders.unclaim(reminder.key, reminder.claimed_at)
    reminders.unclaim(reminder.key, reminder.claimed_at)
    with pytest.raises(NotFound):
        reminders.get(reminder.key)
    assert reminders.claim(reminder) is None


def test_another_ones_claim_and_an_outcome_cannot_be_taken_back(reminders: ReminderRepository) -> None:
    reminder = claimed()
    reminders.claim(reminder)
    reminders.unclaim(reminder.key, NOW + timedelta(seconds=1))
    assert reminders.get(reminder.key) == reminder
    reminders.record(sent(reminder))
    reminders.unclaim(reminder.key, reminder.claimed_at)
    assert reminders.get(reminder.key) == sent(reminder)


def test_the_outcome_replaces_the_claim_with_all_its_fields(reminders: ReminderRepository) -> None:
    reminder = claimed()
    reminders.claim(reminder)
    outcome = sent(
        reminder,
        channel=Channel.EMAIL,
        address="jadwiga@example.com",
        totals=(Money(12300), Money(-50, "EUR")),
        subject="Faktura FV 1/2026",
        text="Dzień dobry, przypominamy … " * 40,
        parts=None,
        price=None,
    )
    reminders.record(outcome)
    assert reminders.get(reminder.key) == outcome


def test_why_nothing_was_sent_is_kept(reminders: ReminderRepository) -> None:
    reminder = claimed()
    reminders.claim(reminder)
    skipped = replace(
        reminder,
        status=ReminderStatus.SKIPPED,
        lease_until=None,
        reason="paid",
        detail="przelew",
        reason_at=NOW - timedelta(minutes=5),
    )
    reminders.record(skipped)
    assert reminders.get(reminder.key) == skipped


def test_an_outcome_without_a_claim_is_stored(reminders: ReminderRepository) -> None:
    reminders.record(sent(claimed()))
    assert reminders.get(claimed().key) == sent(claimed())


def test_a_receipt_raises_the_status_and_its_repetition_changes_nothing(reminders: ReminderRepository) -> None:
    reminder = sent(claimed())
    reminders.record(reminder)
    told = receipt(ReceiptKind.DELIVERED, parts=2, price=Price("0.0648", "USD"), code="delivered", detail="carrier|ok")
    after = reminders.apply_receipt(reminder.key, told, ReminderStatus.DELIVERED)
    assert after == replace(reminder, status=ReminderStatus.DELIVERED, receipts=(told,), parts=2, price="0.0648 USD")
    assert reminders.apply_receipt(reminder.key, told, ReminderStatus.DELIVERED) is None
    assert reminders.get(reminder.key) == after


def test_a_receipt_before_its_reminder_is_told_so(reminders: ReminderRepository) -> None:
    with pytest.raises(NotFound):
        reminders.apply_receipt(claimed().key, receipt(ReceiptKind.DELIVERED), ReminderStatus.DELIVERED)
    with pytest.raises(NotFound):
        reminders.get(claimed().key)


def test_a_receipt_faster_than_the_sender_is_not_undone_and_details_are_filled_in(
    reminders: ReminderRepository,
) -> None:
    reminder = claimed()
    reminders.claim(reminder)
    told = receipt(ReceiptKind.DELIVERED, parts=2)
    reminders.apply_receipt(reminder.key, told, ReminderStatus.DELIVERED)
    reminders.record(sent(reminder))
    assert reminders.get(reminder.key) == sent(reminder, status=ReminderStatus.DELIVERED, receipts=(told,), parts=2)


def test_a_lost_answer_is_settled_by_a_receipt_and_its_reason_forgotten(reminders: ReminderRepository) -> None:
    reminder = sent(claimed(), status=ReminderStatus.UNKNOWN, reason="timeout", detail="read", reason_at=NOW)
    reminders.record(reminder)
    after = reminders.apply_receipt(reminder.key, receipt(ReceiptKind.SENT), ReminderStatus.SENT)
    assert after is not None
    assert (after.status, after.reason, after.detail, after.reason_at) == (ReminderStatus.SENT, None, None, None)


KINDS = (ReceiptKind.SENT, ReceiptKind.FAILED, ReceiptKind.DELIVERED, ReceiptKind.COMPLAINED)


def test_receipts_end_in_the_same_state_in_any_order(reminders: ReminderRepository) -> None:
    told = [
        receipt(kind, at=NOW + timedelta(seconds=number), code=f"code-{number}", action=Action.ALARM)
        for number, kind in enumerate(KINDS)
    ]
    ends = []
    for number, order in enumerate(permutations([*told, told[1]])):
        if number % 5:  # every fifth order is enough
            continue
        reminder = sent(claimed(f"campaign-{number}"))
        reminders.record(reminder)
        for one in order:
            reminders.apply_receipt(reminder.key, one, status_after(one))
        ends.append(replace(reminders.get(reminder.key), key=claimed().key, campaign=""))
    assert all(end == ends[0] for end in ends)
    assert ends[0].status is ReminderStatus.DELIVERED
    assert ends[0].complained_at == NOW + timedelta(seconds=3)


def test_of_two_failures_the_earlier_gives_the_reason_in_any_order(reminders: ReminderRepository) -> None:
    early = receipt(ReceiptKind.FAILED, "a", code="unreachable", detail="one")
    late = receipt(ReceiptKind.FAILED, "b", at=NOW + timedelta(hours=1), code="blocked")
    for number, order in enumerate(((early, late), (late, early))):
        reminder = sent(claimed(f"campaign-{number}"))
        reminders.record(reminder)
        for one in order:
            reminders.apply_receipt(reminder.key, one, ReminderStatus.FAILED)
        found = reminders.get(reminder.key)
        assert (found.reason, found.detail, found.reason_at) == ("unreachable", "one", early.at)


def test_a_receipt_that_speaks_for_no_status_is_appended(reminders: ReminderRepository) -> None:
    reminder = sent(claimed())
    reminders.record(reminder)
    told = receipt(ReceiptKind.OPENED)
    after = reminders.apply_receipt(reminder.key, told, None)
    assert after == replace(reminder, receipts=(told,))


def test_what_comes_back_again_and_again_is_one_line_with_a_count(reminders: ReminderRepository) -> None:
    reminder = sent(claimed())
    reminders.record(reminder)
    seconds = [0, 1, 2, 2, 1, 0, 5]  # what is not later than the last one may be a repetition, and is not counted
    told = [receipt(ReceiptKind.RETURNED, at=NOW + timedelta(seconds=one)) for one in seconds]
    news = [reminders.apply_receipt(reminder.key, one, ReminderStatus.FAILED) for one in told]
    assert [one is not None for one in news] == [True] + [False] * 6
    (line,) = reminders.get(reminder.key).receipts
    assert (line.at, line.times, line.last_at) == (NOW, 4, NOW + timedelta(seconds=5))
    other = receipt(ReceiptKind.RETURNED, "other", at=NOW + timedelta(seconds=9))
    after = reminders.apply_receipt(reminder.key, other, ReminderStatus.FAILED)
    assert after is not None
    assert [one.times for one in after.receipts] == [4, 1]
    reminders.apply_receipt(reminder.key, replace(other, at=NOW + timedelta(seconds=10)), ReminderStatus.FAILED)
    assert [one.times for one in reminders.get(reminder.key).receipts] == [4, 2]


RECORDED = (ReminderStatus.UNKNOWN, ReminderStatus.SENT, ReminderStatus.FAILED, ReminderStatus.SKIPPED)


@pytest.mark.parametrize(("lower", "higher"), list(combinations(RECORDED, 2)))
def test_whoever_records_less_takes_nothing_back(
    reminders: ReminderRepository, lower: ReminderStatus, higher: ReminderStatus
) -> None:
    """Two workers may know different things of a message: one that it was sent, one that its worker died."""
    known = sent(claimed(), status=higher, reason="known", detail="said", reason_at=NOW)
    reminders.claim(claimed())
    reminders.record(known)
    reminders.record(replace(known, status=lower, reason="rumour", detail="worker", reason_at=NOW + timedelta(hours=1)))
    found = reminders.get(known.key)
    assert (found.status, found.reason, found.detail, found.reason_at) == (higher, "known", "said", NOW)


@pytest.mark.parametrize(("lower", "higher"), list(combinations(RECORDED, 2)))
def test_whoever_records_more_is_believed(
    reminders: ReminderRepository, lower: ReminderStatus, higher: ReminderStatus
) -> None:
    rumour = sent(claimed(), status=lower, reason="rumour", detail="worker", reason_at=NOW)
    reminders.claim(claimed())
    reminders.record(rumour)
    reminders.record(replace(rumour, status=higher, reason=None, detail=None, reason_at=None))
    found = reminders.get(rumour.key)
    assert (found.status, found.reason, found.detail, found.reason_at) == (higher, None, None, None)


def test_openings_without_end_do_not_grow_the_reminder(reminders: ReminderRepository) -> None:
    reminder = sent(claimed())
    reminders.record(reminder)
    for number in range(25):
        at = NOW + timedelta(minutes=number)
        reminders.apply_receipt(
            reminder.key, receipt(ReceiptKind.OPENED, f"r{number}", at=at), ReminderStatus.DELIVERED
        )
    bounced = receipt(ReceiptKind.BOUNCED, at=NOW + timedelta(hours=1))
    after = reminders.apply_receipt(reminder.key, bounced, ReminderStatus.BOUNCED)
    assert after is not None
    assert len(after.receipts) == 21
    assert after.status is ReminderStatus.BOUNCED


def test_receipts_at_the_same_moment_are_all_kept(contested_store: Store) -> None:
    reminder, reminders = sent(claimed()), contested_store.reminders
    reminders.record(reminder)
    told = [receipt(kind) for kind in ReceiptKind]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: reminders.apply_receipt(reminder.key, one, status_after(one)), told * 2))
    after = reminders.get(reminder.key)
    assert len(after.receipts) == len(told)
    assert after.status is ReminderStatus.BOUNCED


def test_an_sms_is_found_by_its_message_id(reminders: ReminderRepository) -> None:
    reminder = sent(claimed())
    assert reminders.find_by_message(SNS, reminder.provider_message_id or "") is None
    reminders.claim(claimed())
    reminders.record(reminder)
    assert reminders.find_by_message(SNS, reminder.provider_message_id or "") == reminder.key


def test_reminders_of_some_days_are_read(reminders: ReminderRepository) -> None:
    def on(offset: int) -> Iterator[str]:
        key = replace(claimed().key, day=TODAY + timedelta(days=offset), id=f"id{offset}")
        reminders.claim(replace(claimed(), key=key))
        yield key.id

    ids = [one for offset in (-3, -2, 0, 1) for one in on(offset)]
    reminders.claim(replace(claimed(), key=replace(claimed().key, debtor="K-2")))
    found = reminders.since(ACME, DEBTOR, TODAY - timedelta(days=2), TODAY)
    assert [one.key.id for one in found] == ids[1:3]
