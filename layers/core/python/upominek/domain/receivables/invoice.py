"""An invoice and how events fold into it.

Folding is commutative and idempotent: the same set of events gives the same amounts, dates and state in any order and
with any repetition (the log, kept for people, may lack a change that was undone before it was heard of). Three rules
make it so: the header with the latest time wins, payments are a set by id, and what is open follows from both. So a
payment may precede its invoice, and an old change never undoes a newer one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import reduce

from upominek.domain.receivables.events import (
    Header,
    InvoiceCancelled,
    InvoiceEvent,
    InvoiceSettled,
    InvoiceStated,
    PaymentReceived,
)
from upominek.domain.values.money import Money

LOG_LENGTH = 20
"""Entries remembered for the case's timeline, the first and the newest ones; the invoice stays one small record."""

CLOSING = frozenset({"cancelled", "settled"})
"""Kinds of log entries that end an invoice; all others state it."""


class InvoiceStatus(StrEnum):
    """What is to be done about an invoice."""

    AWAITED = "awaited"  # a payment or cancellation came first; the invoice itself is still to come
    OPEN = "open"
    SETTLED = "settled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received for the invoice."""

    amount: Money
    at: datetime

    @property
    def order(self) -> tuple[datetime, str, int]:
        """One id stands for one payment; where it was told in two ways, the greater of these is believed."""
        return self.at, self.amount.currency, self.amount.grosze


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One change of the invoice, for people.

    Attributes:
        kind: issued, changed, cancelled, settled or reopened.
        paid: what had been paid by then, where the source said it.
    """

    at: datetime
    kind: str
    amount: Money | None = None
    due_on: date | None = None
    paid: Money | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """What it tells, apart from when."""
        return self.kind if self.kind in CLOSING else None, self.amount, self.due_on, self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One invoice of one debtor.

    Attributes:
        header: the newest statement of it; None while only payments or a cancellation are known.
        cancelled_at: newest cancellation, as a UTC time; undone by a newer statement.
        settled_at: newest word that a full list of open invoices lacks it; undone by a newer statement.
        version: counts the writes; 0 means not stored yet.
    """

    creditor: str
    debtor: str
    number: str
    header: Header | None = None
    payments: Mapping[str, Payment] = field(default_factory=dict)
    cancelled_at: datetime | None = None
    settled_at: datetime | None = None
    log: tuple[LogEntry, ...] = ()
    version: int = 0

    @property
    def paid(self) -> Money | None:
        """All that was paid; None while the invoice itself is awaited.

        A statement's `paid` covers the payments up to its time; later payments come on top. Where the single payments
        add up to more than that, they are believed: nobody who paid is to be reminded.
        """
        if self.header is None:
            return None
        currency = self.header.amount.currency
        # A payment in another currency needs a person: it is shown, and settles nothing by itself.
        usable = [p for p in self.payments.values() if p.amount.currency == currency]
        singly = sum(p.amount.grosze for p in usable)
        if self.header.paid is None:
            return Money(singly, currency)
        later = sum(p.amount.grosze for p in usable if p.at > self.header.at)
        more = max if self.header.amount.grosze >= 0 else min  # what is paid for a credit note is negative
        return Money(more(singly, self.header.paid.grosze + later), currency)

    @property
    def status(self) -> InvoiceStatus:
        """Open until it is paid, cancelled, or missing from a full list."""
        if self.header is None:
            return InvoiceStatus.AWAITED
        if self.cancelled_at is not None and self.cancelled_at >= self.header.at:
            return InvoiceStatus.CANCELLED
        if self._is_off_the_list:
            return InvoiceStatus.SETTLED
        # A balance of the other sign is an overpayment, or a credit note paid out twice: nothing to remind of.
        return InvoiceStatus.OPEN if self._balance * self.header.amount.grosze > 0 else InvoiceStatus.SETTLED

    @property
    def is_open(self) -> bool:
        """Something is still owed, or, for a credit note, still to be set off."""
        return self.status is InvoiceStatus.OPEN

    @property
    def outstanding(self) -> Money | None:
        """What is still owed (negative for a credit note); zero when closed, None while awaited."""
        if self.header is None:
            return None
        return Money(self._balance if self.is_open else 0, self.header.amount.currency)

    @property
    def credit(self) -> Money | None:
        """What is in the debtor's favour: an open credit note, an overpayment, money paid for a void invoice.

        Always positive; None when there is none. It reduces the case's total in the same currency.
        """
        if self.header is None or self.paid is None:
            return None
        if self.status is InvoiceStatus.CANCELLED:
            surplus = self.paid.grosze
        elif self._is_off_the_list:
            surplus = 0  # done with, by payments that we need not have seen
        else:
            surplus = -self._balance
        return Money(surplus, self.header.amount.currency) if surplus > 0 else None

    @property
    def _is_off_the_list(self) -> bool:
        return self.header is not None and self.settled_at is not None and self.settled_at >= self.header.at

    @property
    def _balance(self) -> int:
        assert self.header is not None  # noqa: S101 - callers have looked
        assert self.paid is not None  # noqa: S101 - follows from the header
        return self.header.amount.grosze - self.paid.grosze


def fold_all(invoice: Invoice, events: Iterable[InvoiceEvent]) -> Invoice:
    """The invoice after the events; the very same object when they change nothing."""
    return reduce(fold, events, invoice)


def fold(invoice: Invoice, event: InvoiceEvent) -> Invoice:
    """The invoice after the event; the very same object when the event changes nothing."""
    match event:
        case InvoiceStated():
            return _stated(invoice, event)
        case PaymentReceived():
            payment, known = Payment(event.amount, event.at), invoice.payments.get(event.id)
            is_known = known is not None and known.order >= payment.order
            return invoice if is_known else replace(invoice, payments={**invoice.payments, event.id: payment})
        case InvoiceCancelled():
            is_older = invoice.cancelled_at is not None and event.at <= invoice.cancelled_at
            closed = replace(invoice, cancelled_at=event.at)
            return invoice if is_older else _logged(closed, LogEntry(event.at, "cancelled"))
        case InvoiceSettled():
            is_older = invoice.settled_at is not None and event.at <= invoice.settled_at
            closed = replace(invoice, settled_at=event.at)
            return invoice if is_older else _logged(closed, LogEntry(event.at, "settled"))


def kind_of_news(invoice: Invoice, at: datetime) -> str | None:
    """What the invoice's log says happened at that very moment: `issued`, `changed` …; None when nothing did.

    So whoever repeats an intake after a crash counts as news what was news the first time.
    """
    return next((entry.kind for entry in invoice.log if entry.at == at), None)


def overtaken_at(invoice: Invoice, event: InvoiceEvent) -> datetime | None:
    """When the newer word was said that the event lost against; None where it counts, or the newer one says the same.

    Args:
        invoice: with the event folded in.
    """
    header = invoice.header
    match event:
        case PaymentReceived():
            return None
        case InvoiceCancelled() | InvoiceSettled():
            return header.at if header is not None and header.at > event.at else None
        case InvoiceStated():
            closed_at = max(filter(None, (invoice.cancelled_at, invoice.settled_at)), default=None)
            if closed_at is not None and closed_at > event.at and (header is None or closed_at >= header.at):
                return closed_at
            if header is None or header.order <= event.header.order:
                return None
            says_the_same = replace(event.header, at=header.at, is_change=header.is_change) == header
            return None if says_the_same else header.at


def _stated(invoice: Invoice, event: InvoiceStated) -> Invoice:
    header = event.header
    if invoice.header is None or header.order > invoice.header.order:
        # Also when it says the same again: its time still decides about what comes late.
        return _logged(replace(invoice, header=header))
    return _logged(invoice, _entry(header))


def _entry(header: Header) -> LogEntry:
    return LogEntry(header.at, "changed", header.amount, header.due_on, header.paid)


def _logged(invoice: Invoice, *entries: LogEntry) -> Invoice:
    """The invoice with the entries and its own header in the log.

    The log is in order of time, does not repeat itself, and names each statement by what stands before it.
    """
    own = () if invoice.header is None else (_entry(invoice.header),)
    log: list[LogEntry] = []
    is_issued = False
    for entry in sorted((*invoice.log, *entries, *own), key=lambda one: (one.at, one.kind in CLOSING)):
        if log and log[-1].content == entry.content:
            continue
        if entry.kind in CLOSING:
            log.append(entry)
            continue
        reopens = bool(log) and log[-1].kind in CLOSING
        log.append(replace(entry, kind="reopened" if is_issued and reopens else "changed" if is_issued else "issued"))
        is_issued = True
    kept = tuple(log if len(log) <= LOG_LENGTH else (log[0], *log[-LOG_LENGTH + 1 :]))
    return invoice if kept == invoice.log else replace(invoice, log=kept)
