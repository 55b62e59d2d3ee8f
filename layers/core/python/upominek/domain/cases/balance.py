"""What a debtor owes in all."""

from collections.abc import Sequence

from upominek.domain.cases.case import Case
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.money import Money, Totals


def owed(case: Case, invoices: Sequence[DueInvoice]) -> tuple[Money, ...]:
    """What the invoices come to, per currency, the debtor's credits taken off; only what is above zero."""
    sums = Totals.of(invoice.outstanding for invoice in invoices).sums
    totals = (total - case.credit_in(total.currency) for total in sums)
    return tuple(total for total in totals if total.grosze > 0)
