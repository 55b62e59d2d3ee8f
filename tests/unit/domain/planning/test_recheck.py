"""What is left of a plan a moment before it goes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from upominek.domain.messages.occasion import STEP, Occasion, read_occasion
from upominek.domain.messages.receipt import Receipt, ReceiptKind
from upominek.domain.messages.reminder import Rank, Reminder, reminder_key, status_after
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.planning.campaign import Campaign, Step
from upominek.domain.planning.decision import SkipReason
from upominek.domain.planning.recheck import Gone, channels_after, paid_at, reminded, still_due
from upominek.domain.receivables.events import (
    Header,
    InvoiceCancelled,
    InvoiceEvent,
    InvoiceSettled,
    InvoiceStated,
    PaymentReceived,
)
from upominek.domain.receivables.invoice import Invoice, fold
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.money import Money
from upominek.domain.values.span import Span
from upominek.domain.values.unknown import Unknown

AT = datetime(2026, 2, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(days=20)
DUE_ON = date(2026, 2, 25)
BOTH = (Channel.SMS, Channel.EMAIL)
PLUS_1 = Step(offset_days=1, channels=BOTH, template="just-due")
PLUS_5 = Step(offset_days=5, channels=BOTH, template="overdue")
CAMPAIGN = Campaign(id="main", name="Faktury", ladder=(PLUS_1, PLUS_5))
LANDING = Span(date(2026, 2, 28), date(2026, 3, 2))
DEBTOR = DebtorDetails(id="D-1")


def invoice(number: str, *events: InvoiceEvent, due_on: date = DUE_ON, grosze: int = 10000) -> Invoice:
    made = Invoice(creditor="rura", debtor="D-1", number=number)
    stated = InvoiceStated(number=number, debtor=DEBTOR, header=Header(at=AT, amount=Money(grosze), due_on=due_on))
    for event in (stated, *events):
        made = fold(made, event)
    return made


def recheck(*invoices: Invoice) -> tuple[dict[str, Step], Gone]:
    numbers = [one.number for one in invoices]
    due, gone = still_due(numbers, {one.number: one for one in invoices}, CAMPAIGN, LANDING)
    return {one.number: step for one, step in due.items()}, gone


def payment(number: str, grosze: int = 10000, at: datetime = LATER) -> PaymentReceived:
    return PaymentReceived(id=f"p-{grosze}", number=number, debtor_id="D-1", amount=Money(grosze), at=at)


def test_open_invoices_stay_in_the_order_of_their_due_dates() -> None:
    due, _ = recheck(invoice("B", due_on=date(2026, 3, 1)), invoice("A"))
    assert due == {"A": PLUS_5, "B": PLUS_1}
    assert list(due) == ["A", "B"]


def test_the_newest_reason_explains_why_nothing_is_left() -> None:
    paid = invoice("A", payment("A"))
    cancelled = invoice("B", InvoiceCancelled(number="B", debtor_id="D-1", at=LATER + timedelta(hours=1)))
    assert recheck(paid, cancelled) == ({}, Gone(SkipReason.CANCELLED, LATER + timedelta(hours=1)))
    assert still_due(["nowhere"], {}, CAMPAIGN, LANDING) == ({}, Gone(SkipReason.CHANGED))
    assert still_due([], {}, CAMPAIGN, LANDING) == ({}, Gone(SkipReason.CHANGED))


def test_a_due_date_that_moved_is_a_change_since_it_moved() -> None:
    moved = InvoiceStated(
        number="A", debtor=DEBTOR, header=Header(at=LATER, amount=Money(10000), due_on=date(2026, 4, 1))
    )
    assert recheck(invoice("A", moved)) == ({}, Gone(SkipReason.CHANGED, LATER))
    assert recheck(invoice("A", due_on=date(2026, 4, 1))) == ({}, Gone(SkipReason.CHANGED))


def test_a_credit_note_reminds_nobody() -> None:
    assert recheck(invoice("A", grosze=-10000)) == ({}, Gone(SkipReason.CHANGED))


def test_a_payment_that_waits_for_its_invoice_is_none_yet() -> None:
    awaited = fold(Invoice(creditor="rura", debtor="D-1", number="A"), payment("A"))
    assert recheck(awaited) == ({}, Gone(SkipReason.CHANGED))


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


def reminder(status: ReminderStatus, step: str, *invoices: str) -> Reminder:
    return Reminder(
        key=reminder_key("rura", "main", "D-1", date(2026, 2, 27)),
        campaign="main",
        step=step,
        channel=Channel.SMS,
        template="overdue",
        tone=Tone.FRIENDLY,
        status=status,
        claimed_at=AT,
        invoices=invoices,
    )


@pytest.mark.parametrize(
    ("status", "step", "number", "counts"),
    [
        (ReminderStatus.SENT, "+5", "A", True),
        (ReminderStatus.UNKNOWN, "+14", "A", True),
        (ReminderStatus.FAILED, "+5", "A", True),
        (ReminderStatus.SENT, "z-newer", "A", True),  # a step of another version: better not once more
        (Unknown("z-newer"), "+5", "A", True),
        (ReminderStatus.SENT, "+1", "A", False),
        (ReminderStatus.SENT, "-3", "A", False),
        (ReminderStatus.SENT, "+5", "B", False),
        (ReminderStatus.SKIPPED, "+5", "A", False),
        (ReminderStatus.EXPIRED, "+5", "A", False),
    ],
)
def test_an_earlier_reminder_counts_when_it_spoke_of_the_invoice_at_this_step_or_later(
    status: ReminderStatus, step: str, number: str, *, counts: bool
) -> None:
    earlier = reminder(status, step, number)
    due = DueInvoice("D-1", "A", DUE_ON, Money(10000))
    assert reminded([earlier], due, PLUS_5) == (earlier if counts else None)


@pytest.mark.parametrize("step", ["thank-you", "+5", "+14"])
@pytest.mark.parametrize("kind", ["thank-you", "z-newer"])
def test_what_was_said_on_an_event_never_keeps_a_step_back(kind: str, step: str) -> None:
    thanks = replace(reminder(ReminderStatus.SENT, step, "A"), occasion=Occasion(kind, "p-1"))
    due = DueInvoice("D-1", "A", DUE_ON, Money(10000))
    assert reminded([thanks], due, PLUS_5) is None
    earlier = reminder(ReminderStatus.SENT, "+5", "A")
    assert reminded([thanks, earlier], due, PLUS_5) == earlier


def test_the_channels_that_remain() -> None:
    assert channels_after(PLUS_5, Channel.SMS) == (Channel.EMAIL,)
    assert channels_after(PLUS_5, Channel.EMAIL) == ()
    assert channels_after(Step(offset_days=1, channels=(Channel.EMAIL,), template="t"), Channel.SMS) == (Channel.EMAIL,)


# --- statuses


def test_every_kind_of_receipt_speaks_for_a_status_and_only_final_ones_outrank_receipts() -> None:
    spoken = {status_after(Receipt(id="r", kind=kind, at=AT)) for kind in ReceiptKind}
    assert max(map(Rank.of, spoken)) < Rank.of(ReminderStatus.SKIPPED) < Rank.of(ReminderStatus.EXPIRED)
    order = ["claimed", "unknown", "sent", "failed", "delivered", "bounced", "skipped", "expired"]
    assert sorted(ReminderStatus, key=Rank.of) == [ReminderStatus(one) for one in order]


def test_a_reminders_key_is_derived_and_a_fallback_has_its_own() -> None:
    keys = {
        reminder_key("a", "b", "c", DUE_ON),
        reminder_key("a", "b", "c", DUE_ON, is_fallback=True),
        reminder_key("ab", "", "c", DUE_ON),
        reminder_key("a", "b", "c", LANDING.last),
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
