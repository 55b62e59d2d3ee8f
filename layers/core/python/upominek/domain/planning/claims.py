"""How much of what a step claims the case allows, by the rules alone; amounts come later (`statutory_additions`).

    interest        in PLN, overdue, no tax                     art. 481 § 1 KC, art. 7 of the act of 8 March 2013
    compensation    the same, and never of a consumer           art. 10 of that act
    register        the creditor has one, and the conditions    art. 12, 14 and 15 of the act of 9 April 2010
                    of a mention hold (`law.register_entry`)

What is withheld is told by codes: what, why, as in `compensation-consumer` or `register-amount`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from upominek.domain.cases.balance import owed, set_off
from upominek.domain.cases.case import Case
from upominek.domain.law.due_date import is_overdue
from upominek.domain.law.register_entry import may_mention
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import Claims, Use
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import DEFAULT_CURRENCY
from upominek.domain.values.unknown import Unknown

INTEREST: Final = "interest"
COMPENSATION: Final = "compensation"
REGISTER: Final = "register"


def allowed_claims(
    creditor: Creditor, case: Case, claims: Claims, invoices: Sequence[DueInvoice], today: date
) -> tuple[Claims, tuple[str, ...]]:
    """What may be said of the claims, and why the rest may not.

    Args:
        invoices: those that the message names: open, not held, not time-barred.
    """
    withheld = tuple(_withheld(creditor, case, claims, invoices, today))
    return without(claims, withheld), withheld


def without(claims: Claims, withheld: Sequence[str]) -> Claims:
    """The claims that none of the codes withholds."""
    gone = {code.partition("-")[0] for code in withheld}
    return Claims(
        interest=Use.NONE if INTEREST in gone else claims.interest,
        compensation=Use.NONE if COMPENSATION in gone else claims.compensation,
        register=claims.register and REGISTER not in gone,
    )


def adds_money(creditor: Creditor, invoice: DueInvoice, today: date) -> bool:
    """Whether the law adds interest, and for firms compensation, to the invoice on the day."""
    return (
        invoice.outstanding.currency == DEFAULT_CURRENCY
        and _is_of_known_kind(creditor, invoice)
        and is_overdue(invoice.due_on, today)
    )


def _is_of_known_kind(creditor: Creditor, invoice: DueInvoice) -> bool:
    """Whether it is known what is owed for, and that it is no tax."""
    claim = invoice.claim or creditor.claim_kind
    return claim is not ClaimKind.TAX and not isinstance(claim, Unknown)


def _withheld(
    creditor: Creditor, case: Case, claims: Claims, invoices: Sequence[DueInvoice], today: date
) -> Iterator[str]:
    for what, use in ((INTEREST, claims.interest), (COMPENSATION, claims.compensation)):
        if use is Use.NONE:
            continue
        if what == COMPENSATION and case.debtor.kind_in_law is DebtorKind.CONSUMER:
            yield f"{what}-consumer"
        elif reason := _no_money(creditor, case, invoices, today):
            yield f"{what}-{reason}"
    if claims.register:
        if creditor.register is None:
            yield f"{REGISTER}-unknown"
        credit = -case.credit_in(DEFAULT_CURRENCY)
        # What the debtor has to their credit counts as an invoice below zero.
        counted = [*invoices, DueInvoice(case.debtor.id, "", today, credit)] if credit.grosze else invoices
        lacks = may_mention(case.debtor.kind_in_law, counted, today, default=creditor.claim_kind)
        yield from (f"{REGISTER}-{condition}" for condition in lacks)


def _no_money(creditor: Creditor, case: Case, invoices: Sequence[DueInvoice], today: date) -> str | None:
    """Why the law adds nothing to any of the invoices; None when it does to one at least."""
    in_zloty = [one for one in invoices if one.outstanding.currency == DEFAULT_CURRENCY]
    if not in_zloty:
        return "currency"
    if not any(total.currency == DEFAULT_CURRENCY for total in owed(invoices, set_off(case, invoices))):
        return "covered-by-credit"
    taxed = [one for one in in_zloty if (one.claim or creditor.claim_kind) is ClaimKind.TAX]
    if len(taxed) == len(in_zloty):
        return "tax"
    return None if any(adds_money(creditor, one, today) for one in in_zloty) else "not-overdue"
