"""A case as a story: what it comes to today, and everything that happened in order of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from upominek.domain.cases.case import CaseFile, Fact
from upominek.domain.messages.reminder import Reminder
from upominek.domain.receivables.invoice import Invoice, LogEntry, Payment
from upominek.domain.values.money import Money


@dataclass(frozen=True, slots=True)
class InvoiceNews:
    """An invoice came, changed, or was closed."""

    number: str
    entry: LogEntry


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """Money came in for an invoice."""

    number: str
    id: str
    payment: Payment


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        kind: `invoice-issued`, `invoice-changed`, `invoice-cancelled`, `invoice-settled`, `invoice-reopened`,
            `payment`, `reminder`, or the kind of the fact: `hold`, `release`, `note`, `acknowledgement`, `demand` and
            others.
    """

    at: datetime
    kind: str
    what: InvoiceNews | PaymentNews | Reminder | Fact


@dataclass(frozen=True, slots=True)
class Total:
    """What a case comes to in one currency on one day.

    Attributes:
        amount: `owed` without `credit`; negative when the debtor has more to their credit than they owe.
        overdue: the part of `owed` whose due date has passed.
    """

    amount: Money
    owed: Money
    credit: Money
    overdue: Money


def timeline(file: CaseFile) -> list[Entry]:
    """Everything that happened in the case, oldest first."""
    return sorted((*_of_invoices(file.invoices), *_of_reminders(file.reminders), *_of_facts(file.facts)), key=_order)


def totals(invoices: Sequence[Invoice], today: date) -> tuple[Total, ...]:
    """What the invoices come to, for each currency on its own, in order of currency.

    Args:
        today: the creditor's local day; an invoice is overdue from the day after its due date.
    """
    owed: dict[str, int] = {}
    overdue: dict[str, int] = {}
    credit: dict[str, int] = {}
    for invoice in invoices:
        if (mine := invoice.credit) is not None:
            credit[mine.currency] = credit.get(mine.currency, 0) + mine.grosze
        rest = invoice.outstanding
        if invoice.header is None or rest is None or rest.grosze <= 0:
            continue
        owed[rest.currency] = owed.get(rest.currency, 0) + rest.grosze
        if invoice.header.due_on < today:
            overdue[rest.currency] = overdue.get(rest.currency, 0) + rest.grosze
    return tuple(
        Total(
            amount=Money(owed.get(currency, 0) - credit.get(currency, 0), currency),
            owed=Money(owed.get(currency, 0), currency),
            credit=Money(credit.get(currency, 0), currency),
            overdue=Money(overdue.get(currency, 0), currency),
        )
        for currency in sorted({*owed, *credit})
    )


def _of_invoices(invoices: Sequence[Invoice]) -> Iterator[Entry]:
    for invoice in invoices:
        for entry in invoice.log:
            yield Entry(entry.at, f"invoice-{entry.kind}", InvoiceNews(invoice.number, entry))
        for payment_id, payment in invoice.payments.items():
            yield Entry(payment.at, "payment", PaymentNews(invoice.number, payment_id, payment))


def _of_reminders(reminders: Sequence[Reminder]) -> Iterator[Entry]:
    for reminder in reminders:
        yield Entry(reminder.sent_at or reminder.claimed_at, "reminder", reminder)


def _of_facts(facts: Sequence[Fact]) -> Iterator[Entry]:
    for fact in facts:
        yield Entry(fact.at, fact.kind, fact)


def _order(entry: Entry) -> tuple[datetime, str, str]:
    """By time; what happened at the same moment in an order that never changes."""
    return entry.at, entry.kind, _name(entry.what)


def _name(what: InvoiceNews | PaymentNews | Reminder | Fact) -> str:
    match what:
        case InvoiceNews(number, _) | PaymentNews(number, _, _):
            return number
        case Reminder(key=key):
            return key.id
        case Fact(id=fact_id):
            return fact_id
