"""A case as a story, and what it comes to."""

from datetime import date, timedelta

from tests.unit.domain.receivables.test_invoice import DUE, NEW, NOON, at, payment, settled, stated
from upominek.domain.cases.case import Case, CaseFile, Fact
from upominek.domain.cases.timeline import Total, timeline, totals
from upominek.domain.messages.reminder import Reminder, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.debtor import Debtor
from upominek.domain.receivables.invoice import Invoice, fold_all
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.money import Money

CASE = Case(creditor="hurt", debtor=Debtor(id="K-1"))


def invoice(number: str, *events: object) -> Invoice:
    new = Invoice(creditor="hurt", debtor="K-1", number=number)
    return fold_all(new, events)  # type: ignore[arg-type]


def reminder(day: int, **others: object) -> Reminder:
    fields: dict[str, object] = {
        "key": reminder_key("hurt", "default", "K-1", date(2026, 3, day)),
        "campaign": "default",
        "step": "+1",
        "channel": Channel.SMS,
        "template": "after",
        "tone": Tone.FRIENDLY,
        "status": ReminderStatus.SENT,
        "claimed_at": NOON,
    }
    return Reminder(**fields | others)  # type: ignore[arg-type]


def test_everything_is_told_in_order_of_time() -> None:
    file = CaseFile(
        case=CASE,
        invoices=(invoice("FV/2", stated(1), payment("p", 6, 100), settled(9)), invoice("FV/1", stated(0))),
        reminders=(
            reminder(3, claimed_at=at(4), sent_at=at(5)),
            reminder(4, status=ReminderStatus.SKIPPED, claimed_at=at(7)),
        ),
        facts=(Fact(id="h", at=at(3), kind="hold"), Fact(id="n", at=at(8), kind="note")),
    )
    assert [(entry.at, entry.kind) for entry in timeline(file)] == [
        (at(0), "invoice-issued"),
        (at(1), "invoice-issued"),
        (at(3), "hold"),
        (at(5), "reminder"),
        (at(6), "payment"),
        (at(7), "reminder"),
        (at(8), "note"),
        (at(9), "invoice-settled"),
    ]


def test_what_happened_at_one_moment_has_an_order_that_stays() -> None:
    parts = {
        "invoices": (invoice("B", stated(0), payment("p", 0, 1)), invoice("A", stated(0))),
        "reminders": (reminder(3), reminder(4)),
        "facts": (Fact(id="b", at=NOON, kind="note"), Fact(id="a", at=NOON, kind="note")),
    }
    turned = {name: tuple(reversed(values)) for name, values in parts.items()}  # type: ignore[arg-type]
    one = timeline(CaseFile(case=CASE, **parts))  # type: ignore[arg-type]
    assert one == timeline(CaseFile(case=CASE, **turned))  # type: ignore[arg-type]


def test_totals_never_add_up_currencies_and_show_the_credits_that_they_take_off() -> None:
    euro = stated(0, amount=Money(5_000, "EUR"), due_on=DUE + timedelta(days=30))
    invoices = [
        invoice("FV/1", stated(0, 10_000)),
        invoice("FV/2", stated(0, 3_000, due_on=DUE + timedelta(days=9)), payment("p", 1, 500)),
        invoice("FV/3", stated(0, -4_000)),
        invoice("FV/4", stated(0, 1_000), payment("p", 1, 1_200)),
        invoice("FV/5", euro),
        invoice("FV/6", payment("p", 1, 700)),
        invoice("FV/7", stated(0, 900), payment("p", 1, 900)),
    ]
    assert totals(invoices, DUE + timedelta(days=1)) == (
        Total(Money(5_000, "EUR"), Money(5_000, "EUR"), Money(0, "EUR"), Money(0, "EUR")),
        Total(Money(8_300), Money(12_500), Money(4_200), Money(10_000)),
    )


def test_an_invoice_is_overdue_from_the_day_after() -> None:
    one = invoice("FV/1", stated(0))
    assert [total.overdue.grosze for day in (0, 1) for total in totals([one], DUE + timedelta(days=day))] == [0, 10_000]


def test_more_credit_than_debt_is_a_negative_total_and_nothing_at_all_is_no_total() -> None:
    assert totals([invoice("FV/1", stated(0, -4_000))], DUE)[0].amount == Money(-4_000)
    assert totals([NEW], DUE) == ()
