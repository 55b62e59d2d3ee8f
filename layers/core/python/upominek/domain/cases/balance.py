"""What a debtor owes in all, and where the credits go."""

from collections.abc import Iterable, Mapping, Sequence

from upominek.domain.cases.case import Case
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.money import Money, Totals


def set_off(case: Case, invoices: Iterable[DueInvoice]) -> dict[str, Money]:
    """By number, what the debtor's credits take off each of the invoices: each credit once.

    A credit note that corrects one of them is taken off that one first; what is left, from the oldest on.

    Args:
        invoices: all that may be asked for, whatever a message is about: so no two messages take the same credit off.
            The credit notes among them say what they correct.
    """
    oldest_first = sorted(invoices, key=lambda one: (one.due_on, one.number))
    owing = [one for one in oldest_first if one.outstanding.grosze > 0]
    by_number = {one.number: one for one in owing}
    left = {one: case.credit_in(one).grosze for one in {one.outstanding.currency for one in owing}}
    taken = dict.fromkeys(owing, 0)

    def take(one: DueInvoice, most: int) -> None:
        currency = one.outstanding.currency
        share = min(most, left[currency], one.outstanding.grosze - taken[one])
        left[currency] -= share
        taken[one] += share

    for note in oldest_first:
        credit, corrected = case.credits.get(note.number), by_number.get(note.corrects or "")
        if credit and corrected and credit.currency == corrected.outstanding.currency:
            take(corrected, credit.grosze)
    for one in owing:
        take(one, left[one.outstanding.currency])
    return {one.number: Money(share, one.outstanding.currency) for one, share in taken.items() if share}


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
