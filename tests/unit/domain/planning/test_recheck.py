"""What is left of a plan a moment before it goes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from upominek.domain.cases.case import Case
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.messages.occasion import STEP, Occasion, read_occasion
from upominek.domain.messages.receipt import Receipt, ReceiptKind
from upominek.domain.messages.reminder import Rank, reminder_key, status_after
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorDetails
from upominek.domain.planning.campaign import Campaign, Step
from upominek.domain.planning.decision import SkipReason
from upominek.domain.planning.recheck import Gone, offset_of, paid_at, why_nothing
from upominek.domain.receivables.events import (
    Header,
    InvoiceCancelled,
    InvoiceEvent,
    InvoiceSettled,
    InvoiceStated,
    PaymentReceived,
)
from upominek.domain.receivables.invoice import Invoice, fold
from upominek.domain.receivables.open_invoice import due_invoice
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

AT = datetime(2026, 2, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(days=20)
DUE_ON = date(2026, 2, 25)
TODAY = date(2026, 3, 2)
BOTH = (Channel.SMS, Channel.EMAIL)
PLUS_1 = Step(offset_days=1, channels=BOTH, template="just-due")
PLUS_5 = Step(offset_days=5, channels=BOTH, template="overdue")
CREDITOR = Creditor(id="rura", name="Rura")
CAMPAIGN = Campaign(id="main", name="Faktury", ladder=(PLUS_1, PLUS_5))
DEBTOR = DebtorDetails(id="D-1")
CASE = Case(creditor="rura", debtor=Debtor(id="D-1"))


def told(step: str) -> Case:
    word = LastWord(on=TODAY, at=LATER, offset_days=int(step), text="overdue", reminder_id="r-1")
    return replace(CASE, words={"main": LastWords(overdue=word)})


def invoice(number: str, *events: InvoiceEvent, due_on: date = DUE_ON, grosze: int = 10000) -> Invoice:
    made = Invoice(creditor="rura", debtor="D-1", number=number)
    stated = InvoiceStated(number=number, debtor=DEBTOR, header=Header(at=AT, amount=Money(grosze), due_on=due_on))
    for event in (stated, *events):
        made = fold(made, event)
    return made


def why(
    *planned: Invoice, open_: Sequence[Invoice] = (), case: Case = CASE, step: str = "+5", today: date = TODAY
) -> Gone:
    """Why a message planned for these invoices has nothing to say.

    Args:
        open_: others of the debtor.
    """
    due = [one for each in (*planned, *open_) if (one := due_invoice(each)) is not None]
    by_number = {one.number: one for one in planned}
    return why_nothing(CREDITOR, (CAMPAIGN,), CAMPAIGN, case, due, planned=by_number, step=step, today=today)


def payment(number: str, grosze: int = 10000, at: datetime = LATER) -> PaymentReceived:
    return PaymentReceived(id=f"p-{grosze}", number=number, debtor_id="D-1", amount=Money(grosze), at=at)


def test_the_newest_reason_explains_why_nothing_is_left() -> None:
    paid = invoice("A", payment("A"))
    cancelled = invoice("B", InvoiceCancelled(number="B", debtor_id="D-1", at=LATER + timedelta(hours=1)))
    assert why(paid) == Gone(SkipReason.PAID, LATER)
    assert why(paid, cancelled) == Gone(SkipReason.CANCELLED, LATER + timedelta(hours=1))


def test_what_is_paid_explains_it_though_another_invoice_is_open() -> None:
    assert why(invoice("A", payment("A")), open_=[invoice("B", due_on=date(2026, 5, 1))]) == Gone(
        SkipReason.PAID, LATER
    )


def test_an_invoice_that_is_nowhere_has_changed() -> None:
    gone = why_nothing(CREDITOR, (CAMPAIGN,), CAMPAIGN, CASE, [], planned={"A": None}, step="+5", today=TODAY)
    assert gone == Gone(SkipReason.CHANGED)


def test_what_was_owed_from_before_was_paid_where_nothing_is_open() -> None:
    assert why() == Gone(SkipReason.PAID)


def test_a_due_date_that_moved_is_a_change_since_it_moved() -> None:
    moved = InvoiceStated(
        number="A", debtor=DEBTOR, header=Header(at=LATER, amount=Money(10000), due_on=date(2026, 4, 1))
    )
    assert why(invoice("A", moved)) == Gone(SkipReason.CHANGED, LATER)
    assert why(invoice("A", due_on=date(2026, 4, 1))) == Gone(SkipReason.CHANGED)


def test_an_invoice_of_another_campaign_has_changed() -> None:
    other = replace(CAMPAIGN, id="first", order=1)
    due = [one for one in [due_invoice(invoice("A"))] if one is not None]
    gone = why_nothing(CREDITOR, (other, CAMPAIGN), CAMPAIGN, CASE, due, planned={}, step="+5", today=TODAY)
    assert gone == Gone(SkipReason.CHANGED, detail="campaign")


def test_a_payment_that_waits_for_its_invoice_is_none_yet() -> None:
    awaited = fold(Invoice(creditor="rura", debtor="D-1", number="A"), payment("A"))
    assert why(awaited) == Gone(SkipReason.CHANGED)


def test_a_step_that_was_said_is_not_said_again() -> None:
    assert why(invoice("A"), case=told("+5")) == Gone(SkipReason.ALREADY_REMINDED)
    assert why(invoice("A"), case=told("+5"), step="+1") == Gone(SkipReason.ALREADY_REMINDED)
    assert why(open_=[invoice("A")], case=told("+5")) == Gone(SkipReason.ALREADY_REMINDED)


def test_a_step_of_another_version_counts_as_said() -> None:
    """Better not once more: nobody here knows what it would say."""
    assert why(invoice("A"), step="z-newer") == Gone(SkipReason.ALREADY_REMINDED)


def test_a_word_before_the_due_date_that_came_too_late_has_expired() -> None:
    early = replace(CAMPAIGN, ladder=(Step(offset_days=-3, channels=BOTH, template="before-due"), PLUS_1))
    due = [one for one in [due_invoice(invoice("A", due_on=TODAY + timedelta(days=1)))] if one is not None]
    planned = {"A": invoice("A", due_on=TODAY + timedelta(days=1))}
    gone = why_nothing(CREDITOR, (early,), early, CASE, due, planned=planned, step="-3", today=TODAY)
    assert gone == Gone(SkipReason.EXPIRED)


def test_an_invoice_was_paid_when_the_last_payment_came() -> None:
    parts = [payment("A", 4000), payment("A", 6000, LATER + timedelta(days=1))]
    assert paid_at(invoice("A", *parts)) == LATER + timedelta(days=1)


def test_or_when_a_list_or_a_statement_said_so() -> None:
    assert paid_at(invoice("A", InvoiceSettled(number="A", debtor_id="D-1", at=LATER))) == LATER
    stated = InvoiceStated(
        number="A",
        debtor=DEBTOR,
        header=Header(at=LATER, amount=Money(10000), due_on=DUE_ON, paid=Money(10000), is_change=True),
    )
    assert paid_at(invoice("A", stated)) == LATER
    assert paid_at(Invoice(creditor="rura", debtor="D-1", number="A")) is None


@pytest.mark.parametrize(("name", "offset"), [("+5", 5), ("-3", -3), ("+0", 0), ("z-newer", None), ("", None)])
def test_the_offset_in_the_name_of_a_step(name: str, offset: int | None) -> None:
    assert offset_of(name) == offset


# --- statuses


def test_only_final_statuses_outrank_those_that_receipts_speak_for() -> None:
    told_of = (status_after(Receipt(id="r", kind=kind, at=AT)) for kind in ReceiptKind)
    spoken = {status for status in told_of if status is not None}
    assert max(map(Rank.of, spoken)) < Rank.of(ReminderStatus.SKIPPED) < Rank.of(ReminderStatus.EXPIRED)
    order = ["claimed", "unknown", "sent", "failed", "delivered", "bounced", "skipped", "expired"]
    assert sorted(ReminderStatus, key=Rank.of) == [ReminderStatus(one) for one in order]


def test_a_reminders_key_is_derived_and_a_fallback_has_its_own() -> None:
    keys = {
        reminder_key("a", "b", "c", DUE_ON),
        reminder_key("a", "b", "c", DUE_ON, is_fallback=True),
        reminder_key("ab", "", "c", DUE_ON),
        reminder_key("a", "b", "c", date(2026, 3, 2)),
    }
    assert len({one.id for one in keys}) == 4
    assert reminder_key("a", "b", "c", DUE_ON) in keys


def test_the_ids_of_steps_are_what_they_ever_were() -> None:
    day = date(2026, 3, 2)
    assert reminder_key("rura", "main", "D-1", day).id == "5a8d5e392bb25ce6298c"
    assert reminder_key("rura", "main", "D-1", day, is_fallback=True).id == "6c487dd0361bbd386e4c"


def test_an_event_is_part_of_the_id_and_a_step_adds_nothing() -> None:
    occasions = [STEP, Occasion("thank-you", "p-1"), Occasion("thank-you", "p-2"), Occasion("promise", "p-1")]
    keys = {
        reminder_key("a", "b", "c", DUE_ON, occasion=occasion, is_fallback=is_fallback).id
        for occasion in occasions
        for is_fallback in (False, True)
    }
    assert len(keys) == 8
    assert reminder_key("a", "b", "c", DUE_ON, occasion=read_occasion("")).id == reminder_key("a", "b", "c", DUE_ON).id
    assert [read_occasion(one.text) for one in occasions] == occasions
    assert read_occasion("thank-you/p/1") == Occasion("thank-you", "p/1")
