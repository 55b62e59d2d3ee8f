"""An invoice and how events fold into it.

Folding is commutative and idempotent: the same set of events gives the same amounts, dates and state in any order and
with any repetition (the log, kept for people, may lack a change that was undone before it was heard of). Four rules
make it so: the header with the latest time wins, of what was said of payments the latest counts, single payments are a
set by id, and what is open follows from these. So a payment may precede its invoice, an old change never undoes a newer
one, and a statement that says nothing of payments leaves what is known of them.
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
        source: whose statement it was; None where it was none, or nobody kept it.
    """

    at: datetime
    kind: str
    amount: Money | None = None
    due_on: date | None = None
    paid: Money | None = None
    source: str | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """What it tells, apart from when."""
        return self.kind if self.kind in CLOSING else None, self.amount, self.due_on, self.paid


@dataclass(frozen=True, slots=True)
class PaidSaid:
    """What a statement said of all payments until then; `is_change` and `amount` make ties end alike."""

    at: datetime
    amount: Money
    is_change: bool = False

    @property
    def order(self) -> tuple[datetime, bool, str, int]:
        """The greater one counts."""
        return self.at, self.is_change, self.amount.currency, self.amount.grosze


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One invoice of one debtor.

    Attributes:
        header: the newest statement of it; None while only payments or a cancellation are known.
        paid_said: what the newest statement that spoke of payments said of them, which may be older than the header.
        open_said_at: newest statement by which something was still to pay, or that said what was.
        first_at: oldest statement of all: a list that is older than the invoice does not close it.
        cancelled_at: newest cancellation, as a UTC time; undone by a newer statement.
        settled_at: newest word that a full list of open invoices lacks it; undone by a newer statement that speaks of
            payments.
        known_at: UTC, by our clock: since when it has been known to be owed by its due date. It is no part of the fold;
            None where it is not open, or was stored by a version that did not keep it.
        reopened_at: time of the statement that last opened it again; no part of the fold either.
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
    known_at: datetime | None = None
    reopened_at: datetime | None = None
    paid_said: PaidSaid | None = None
    open_said_at: datetime | None = None
    first_at: datetime | None = None
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
        said = self.paid_said
        if said is None or said.amount.currency != currency:
            return Money(singly, currency)
        later = sum(p.amount.grosze for p in usable if p.at > said.at)
        more = max if self.header.amount.grosze >= 0 else min  # what is paid for a credit note is negative
        return Money(more(singly, said.amount.grosze + later), currency)

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
        if self.header is None or self.settled_at is None:
            return False
        spoken = (self.open_said_at, self.first_at or self.header.at)
        return all(at is None or self.settled_at >= at for at in spoken)

    @property
    def _balance(self) -> int:
        assert self.header is not None  # noqa: S101 - callers have looked
        assert self.paid is not None  # noqa: S101 - follows from the header
        return self.header.amount.grosze - self.paid.grosze


def known(before: Invoice, after: Invoice, now: datetime) -> Invoice:
    """The changed invoice, with the time since when it is known to be owed by its due date, and what opened it again.

    It begins anew where the invoice is opened again or its due date moves: then the debtor has as much to be told of as
    of a new one.
    """
    if after is before or not after.is_open or after.header is None:
        return after
    if before.is_open and before.header is not None and before.header.due_on == after.header.due_on:
        return after
    closed = before.status in {InvoiceStatus.SETTLED, InvoiceStatus.CANCELLED}
    return replace(after, known_at=now, reopened_at=after.header.at if closed else before.reopened_at)


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
        case InvoiceCancelled():
            return header.at if header is not None and header.at > event.at else None
        case InvoiceSettled():
            spoken = max(filter(None, (invoice.open_said_at, invoice.first_at)), default=None)
            return spoken if spoken is not None and spoken > event.at else None
        case InvoiceStated():
            closed_at = max(filter(None, (invoice.cancelled_at, invoice.settled_at)), default=None)
            if closed_at is not None and closed_at > event.at and (header is None or closed_at >= header.at):
                return closed_at
            if header is None or header.order <= event.header.order:
                return None
            return None if event.header.content == header.content else header.at


def _stated(invoice: Invoice, event: InvoiceStated) -> Invoice:
    header = event.header
    invoice = _heard_of_payments(invoice, header)
    if invoice.header is None or header.order > invoice.header.order:
        # Also when it says the same again: its time still decides about what comes late.
        return _logged(replace(invoice, header=header))
    return _logged(invoice, _entry(header))


def _heard_of_payments(invoice: Invoice, header: Header) -> Invoice:
    """The invoice with what the statement says of payments; the very same object where that is nothing new."""
    said, first, newest = invoice.paid_said, invoice.first_at, invoice.open_said_at
    if header.paid is not None:
        told = PaidSaid(header.at, header.paid, header.is_change)
        said = told if said is None or told.order > said.order else said
    if header.speaks_of_payment:
        newest = header.at if newest is None else max(header.at, newest)
    first = header.at if first is None else min(header.at, first)
    is_known = (said, first, newest) == (invoice.paid_said, invoice.first_at, invoice.open_said_at)
    return invoice if is_known else replace(invoice, paid_said=said, first_at=first, open_said_at=newest)


def _entry(header: Header) -> LogEntry:
    return LogEntry(header.at, "changed", header.amount, header.due_on, header.paid, header.source)


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
