"""What the law adds to the invoices of a message: interest for delay, and the fixed compensation.

Never more than is owed: what the debtor has to their credit is taken off the oldest invoices first, as if it had been
paid in time; so is what a statement says was paid without saying when. A payment that came after the due date bears
interest until its day. A rate that is missing is not guessed: the claim is withheld, and the neutral text goes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from upominek.domain.cases.case import Case
from upominek.domain.errors import NotFound, Refused
from upominek.domain.law.compensation import compensation
from upominek.domain.law.due_date import moved_due_date
from upominek.domain.law.interest import Interest, interest
from upominek.domain.law.rates import RateTables, interest_kind, rate_on
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Use
from upominek.domain.planning.claims import COMPENSATION, INTEREST, adds_money, without
from upominek.domain.planning.decision import Decision
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.money import DEFAULT_CURRENCY, Money

RATE_MISSING: Final = "rate-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """Interest and compensation by number of the invoice, each above zero.

    Attributes:
        rate: of interest on the day, in per cent a year; None where no interest is named.
        reckoned: the same interest with every period that it is made of.
    """

    interest: Mapping[str, Money]
    compensation: Mapping[str, Money]
    rate: Decimal | None = None
    reckoned: Mapping[str, Interest] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Debt:
    """What was owed of an invoice on its due date, and the payments that came later."""

    invoice: DueInvoice
    amount: Money
    late: tuple[tuple[date, Money], ...]


def add(
    creditor: Creditor,
    case: Case,
    decision: Decision,
    invoices: Mapping[str, Invoice],
    today: date,
    tables: RateTables,
) -> tuple[Decision, Additions]:
    """The amounts that the message names, and the decision without what cannot be worked out.

    Args:
        decision: one that goes.
        invoices: details by number, as far as they are at hand.
    """
    debts = list(_debts(creditor, case, decision, invoices, today))
    withheld = list(decision.withheld)
    interests: dict[str, Interest] = {}
    compensations: dict[str, Money] = {}
    rate = None
    if decision.claims.interest is not Use.NONE:
        try:
            interests = _interests(creditor, case, debts, today, tables)
            kind = interest_kind(case.debtor.kind_in_law)
            rate = rate_on(kind, today, tables) if kind and interests else None
        except NotFound:
            withheld.append(f"{INTEREST}-{RATE_MISSING}")
    if decision.claims.compensation is not Use.NONE:
        try:
            compensations = _compensations(case, debts, tables)
        except NotFound:
            withheld.append(f"{COMPENSATION}-{RATE_MISSING}")
    settled = replace(decision, claims=without(decision.claims, withheld), withheld=tuple(withheld))
    return settled, Additions(
        interest={number: one.interest for number, one in interests.items()},
        compensation=compensations,
        rate=rate,
        reckoned=interests,
    )


def _debts(
    creditor: Creditor, case: Case, decision: Decision, invoices: Mapping[str, Invoice], today: date
) -> Iterator[_Debt]:
    """The invoices to which the law adds something, oldest first, with the credits taken off."""
    credit = case.credit_in(DEFAULT_CURRENCY).grosze
    for due in decision.invoices:
        if due.outstanding.currency != DEFAULT_CURRENCY:
            continue
        covered = min(credit, due.outstanding.grosze)
        credit -= covered
        if not adds_money(creditor, due, today):
            continue
        late = _late_payments(invoices.get(due.number), due.due_on, creditor.hours.local_day)
        amount = due.outstanding.grosze - covered + sum(paid.grosze for _, paid in late)
        if amount > 0:
            yield _Debt(due, Money(amount), late)


def _late_payments(
    invoice: Invoice | None, due_on: date, local_day: Callable[[datetime], date]
) -> tuple[tuple[date, Money], ...]:
    """Payments after the due date. Where one was taken back nobody can tell which: then none bears interest."""
    payments = [p for p in invoice.payments.values() if p.amount.currency == DEFAULT_CURRENCY] if invoice else []
    if any(payment.amount.grosze <= 0 for payment in payments):
        return ()
    last_day = moved_due_date(due_on)
    days = ((local_day(payment.at), payment.amount) for payment in payments)
    return tuple(sorted(((day, paid) for day, paid in days if day > last_day), key=lambda one: one[0]))


def _interests(
    creditor: Creditor, case: Case, debts: list[_Debt], today: date, tables: RateTables
) -> dict[str, Interest]:
    found: dict[str, Interest] = {}
    for debt in debts:
        kind = interest_kind(case.debtor.kind_in_law, debt.invoice.claim or creditor.claim_kind)
        if kind is None:
            continue
        reckoned = interest(debt.amount, debt.invoice.due_on, today, kind, tables, debt.late)
        if reckoned.interest.grosze > 0:
            found[debt.invoice.number] = reckoned
    return found


def _compensations(case: Case, debts: list[_Debt], tables: RateTables) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for debt in debts:
        try:
            sum_ = compensation(debt.amount, debt.invoice.due_on, tables, debtor=case.debtor.kind_in_law)
        except Refused:  # it became due before there was any compensation
            continue
        found[debt.invoice.number] = sum_.pln
    return found
