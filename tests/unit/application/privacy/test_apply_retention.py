"""Redaction and erasure as the nights do them: in slices, in order, and one failure does not stop the rest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.contract.examples import claimed, receipt, sent
from tests.functions.test_forgetting import composed
from tests.worlds.intake_world import HURT, IntakeWorld, cancelled, paid, settled, stated
from upominek.application.jobs import Planned
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey
from upominek.application.privacy import redact_reminders
from upominek.application.privacy.redact_reminders import RedactReminders
from upominek.domain.cases.case import CaseFile
from upominek.domain.errors import Conflict, Unavailable
from upominek.domain.messages.receipt import ReceiptKind
from upominek.domain.messages.reminder import Reminder, ReminderKey, reminder_key, status_after
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.receivables.events import Event, PaymentStated
from upominek.domain.values.money import Money


@pytest.fixture
def world() -> IntakeWorld:
    return IntakeWorld()


def remind(world: IntakeWorld, day: date, number: int = 0, **attempt: bool) -> ReminderKey:
    """A reminder of that day, in its manifest."""
    debtor = f"K-{number}"
    original = reminder_key(HURT.id, "main", debtor, day)
    key = reminder_key(HURT.id, "main", debtor, day, **attempt)
    reminder = replace(claimed(), key=key, campaign="main", **attempt)
    assert world.reminders.claim(reminder) is None
    world.reminders.record(sent(reminder))
    world.manifests.write(HURT.id, day, [Planned(original, "main", "+5", reminder.channel)])
    return key


def for_so_many(batches: int) -> Callable[[], bool]:
    """Time for so many batches."""
    left = iter([True] * batches)
    return lambda: next(left, False)


def redact(world: IntakeWorld) -> RedactReminders:
    return composed(world).redact


TODAY = date(2026, 3, 2)


def test_only_days_that_are_over_are_redacted_the_oldest_first(world: IntakeWorld) -> None:
    days = [TODAY - timedelta(days=ago) for ago in (200, 95, 94, 10)]
    keys = [remind(world, day) for day in days]
    assert redact(world)(HURT) == (2, True)
    assert [world.reminders.get(key).redacted_at is not None for key in keys] == [True, True, False, False]
    assert world.retention.redacted_through(HURT.id) == days[1]


def test_a_fallback_is_redacted_with_its_original(world: IntakeWorld) -> None:
    day = TODAY - timedelta(days=100)
    keys = [remind(world, day), remind(world, day, is_fallback=True)]
    assert redact(world)(HURT) == (2, True)
    assert {world.reminders.get(key).text for key in keys} == {None}


def test_an_attempt_to_the_next_address_is_redacted_with_the_one_that_failed(world: IntakeWorld) -> None:
    day = TODAY - timedelta(days=100)
    keys = [remind(world, day), remind(world, day, is_fallback=True, to_next_address=True)]
    told = [receipt(ReceiptKind.FAILED, code="soft-bounce"), receipt(ReceiptKind.DELIVERED, "r2")]
    for one in told:  # it arrived after all, when the other attempt was on its way
        world.reminders.apply_receipt(keys[0], one, status_after(one))
    assert redact(world)(HURT) == (2, True)
    assert {world.reminders.get(key).text for key in keys} == {None}


def test_a_day_that_was_not_finished_is_gone_on_with(world: IntakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact_reminders, "BATCH_SIZE", 4)
    day = TODAY - timedelta(days=100)
    for number in range(5):
        remind(world, day, number)
    assert redact(world)(HURT, for_so_many(1)) == (2, False)
    assert world.retention.redacted_through(HURT.id) is None
    assert redact(world)(HURT) == (3, True)
    assert world.retention.redacted_through(HURT.id) == day


def test_what_a_manifest_names_and_nobody_sent_is_passed_over(world: IntakeWorld) -> None:
    day = TODAY - timedelta(days=100)
    key = reminder_key(HURT.id, "main", "K-1", day)
    world.manifests.write(HURT.id, day, [Planned(key, "main", "+5", claimed().channel)])
    assert redact(world)(HURT) == (0, True)


def test_a_receipt_that_comes_while_it_is_redacted_is_kept(world: IntakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    key = remind(world, TODAY - timedelta(days=100))
    read = world.reminders.get_many
    late = [receipt(ReceiptKind.DELIVERED, "late")]

    def and_then_a_receipt(keys: list[ReminderKey]) -> dict[ReminderKey, Reminder]:
        found = read(keys)
        if late:
            world.reminders.apply_receipt(key, late.pop(), ReminderStatus.DELIVERED)
        return found

    monkeypatch.setattr(world.reminders, "get_many", and_then_a_receipt)
    assert redact(world)(HURT) == (1, True)
    after = world.reminders.get(key)
    assert (after.status, after.text, len(after.receipts)) == (ReminderStatus.DELIVERED, None, 1)


def test_it_gives_up_where_receipts_never_end(world: IntakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    remind(world, TODAY - timedelta(days=100))
    monkeypatch.setattr(world.retention, "redact", lambda reminders: [one.key for one in reminders])
    with pytest.raises(Conflict):
        redact(world)(HURT)


@pytest.mark.parametrize(
    "last",
    [settled("FV/1"), cancelled("FV/1"), paid("p", "FV/1")],
    ids=["settled", "cancelled", "paid"],
)
def test_whatever_closes_the_last_invoice_starts_the_clock(world: IntakeWorld, last: Event) -> None:
    world.apply(stated("FV/1"))
    assert closed(world) == []
    world.apply(last)
    assert closed(world) == [("K-1", TODAY)]


def test_a_payment_that_leaves_something_open_starts_no_clock(world: IntakeWorld) -> None:
    world.apply(stated("FV/1"), paid("p", "FV/1", grosze=1))
    assert closed(world) == []


def test_the_day_is_noted_before_the_invoice_is_closed(world: IntakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.apply(stated("FV/1"))

    def ends(_: list[InvoiceChange], __: tuple[int, ...]) -> list[InvoiceKey]:
        raise Unavailable("PutItem")

    with monkeypatch.context() as patch:
        patch.setattr(world.invoices, "save", ends)
        with pytest.raises(Unavailable):
            world.apply(settled("FV/1"))
    assert closed(world) == [("K-1", TODAY)]


def test_creditors_have_their_own_years(world: IntakeWorld) -> None:
    world.creditors.save(replace(HURT, retention_years=0))
    world.apply(stated("FV/1"), settled("FV/1"))
    world.clock.time = datetime(2026, 12, 31, 12, tzinfo=world.clock.now().tzinfo)
    assert [one.cases_erased for one in composed(world)()] == [0]
    world.clock.advance(days=1)
    assert [one.cases_erased for one in composed(world)()] == [1]


def test_a_case_that_somebody_else_erased_is_no_fault(world: IntakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.apply(stated("FV/1"), settled("FV/1"))
    world.clock.advance(days=5 * 366)
    monkeypatch.setattr(world.retention, "closed_before", lambda *_: iter([("K-9", TODAY), ("K-1", TODAY)]))
    assert [one.cases_erased for one in composed(world)()] == [1]


def test_what_belongs_to_no_case_is_read_once_for_all_cases_of_a_night(
    world: IntakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    debtors = ("K-1", "K-2", "K-3")
    for debtor in debtors:
        world.apply(stated(f"FV/{debtor}", debtor=debtor), settled(f"FV/{debtor}", debtor=debtor))
        bare = PaymentStated(id=f"P-{debtor}", amount=Money(50), day=TODAY, debtor_id=debtor)
        world.unmatched_payments.keep(HURT.id, [bare])
    world.clock.advance(days=5 * 366)
    read, all_of = [], world.unmatched_payments.kept
    monkeypatch.setattr(world.unmatched_payments, "kept", lambda creditor: (read.append(creditor), all_of(creditor))[1])
    assert [one.cases_erased for one in composed(world)()] == [3]
    assert read == [HURT.id]
    assert all_of(HURT.id) == []


def test_cases_are_erased_though_messages_cannot_be_redacted(
    world: IntakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.apply(stated("FV/1"), settled("FV/1"))
    world.clock.advance(days=5 * 366)

    def fails(_: str) -> list[date]:
        raise Unavailable("ListObjectsV2")

    monkeypatch.setattr(world.manifests, "days", fails)
    with pytest.raises(ExceptionGroup):
        composed(world)()
    assert file_of(world.cases) is None


def test_one_creditors_fault_does_not_stop_the_others(world: IntakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.creditors.save(replace(HURT, id="albo"))
    world.apply(stated("FV/1"), settled("FV/1"))
    world.clock.advance(days=5 * 366)
    days = world.manifests.days

    def fails(creditor: str) -> list[date]:
        if creditor == "albo":
            raise Unavailable("ListObjectsV2")
        return days(creditor)

    monkeypatch.setattr(world.manifests, "days", fails)
    with pytest.raises(ExceptionGroup) as failures:
        composed(world)()
    assert [one.__notes__ for one in failures.value.exceptions] == [["creditor albo"]]
    assert file_of(world.cases) is None


def file_of(cases: CaseRepository) -> CaseFile | None:
    return cases.file(HURT.id, "K-1") if cases.get_many(HURT.id, ["K-1"]) else None


def closed(world: IntakeWorld) -> list[tuple[str, date]]:
    return list(world.retention.closed_before(HURT.id, HURT.shards, date.max))
