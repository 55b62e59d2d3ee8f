"""What a debtor owes in all, and where the credits go."""

from collections.abc import Iterable, Mapping, Sequence

from upominek.domain.cases.case import Case
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.money import Money, Totals


def set_off(case: Case, invoices: Iterable[DueInvoice]) -> dict[str, Money]:
    """By number, what the debtor's credits take off each of the invoices: each credit once, from the oldest on.

    Args:
        invoices: all that may be asked for, whatever a message is about: so no two messages take the same credit off.
    """
    left: dict[str, int] = {}
    shares: dict[str, Money] = {}
    for one in sorted(invoices, key=lambda one: (one.due_on, one.number)):
        currency = one.outstanding.currency
        credit = left.setdefault(currency, case.credit_in(currency).grosze)
        share = min(credit, max(one.outstanding.grosze, 0))
        if share:
            left[currency] -= share
            shares[one.number] = Money(share, currency)
    return shares


def owed(invoices: Sequence[DueInvoice], shares: Mapping[str, Money]) -> tuple[Money, ...]:
    """What the invoices come to, per currency, their shares of the credits taken off; only what is above zero."""
    sums = Totals.of(invoice.outstanding for invoice in invoices).sums
    credits_ = credit_of(invoices, shares)
    taken = {credit.currency: credit for credit in credits_}
    totals = (total - taken[total.currency] if total.currency in taken else total for total in sums)
    return tuple(total for total in totals if total.grosze > 0)


def credit_of(invoices: Sequence[DueInvoice], shares: Mapping[str, Money]) -> tuple[Money, ...]:
    """What is taken off the invoices in all, per currency; none is zero."""
    mine = (shares[invoice.number] for invoice in invoices if invoice.number in shares)
    return tuple(Totals.of(mine).sums)
