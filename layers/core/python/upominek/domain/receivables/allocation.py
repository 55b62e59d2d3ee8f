"""One transfer for several invoices: how much of it is each one's."""

from collections.abc import Mapping
from datetime import date

from upominek.domain.receivables.events import PaymentReceived, PaymentStated, TransferReceived
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.values.money import Money


def allocate(
    transfer: TransferReceived, invoices: Mapping[str, Invoice]
) -> tuple[list[PaymentReceived], PaymentStated | None]:
    """The share of each invoice, and what is left over where the sender said all shares.

    An invoice that has its share already keeps it, so a repetition, whole or of a half-done intake, comes to the same.
    Where the sender names no amount, the oldest debt is paid first and the last invoice takes what is left, as a
    credit; a credit note among them is used up for the others.

    Args:
        invoices: those of the transfer that exist, by number, as they are without it or with a part of it.
    """
    shares: dict[str, int] = {}
    for number, amount in transfer.shares:
        known = invoices[number].payments.get(transfer.id) if number in invoices else None
        if known is not None:
            shares[number] = known.amount.grosze
        elif amount is not None:
            shares[number] = amount.grosze
    rest = transfer.amount.grosze - sum(shares.values())
    untold = [number for number, _ in transfer.shares if number not in shares]
    open_to_it = sorted(untold, key=lambda number: _place(number, invoices.get(number)))
    owed = {number: _owed(invoices.get(number), transfer.amount.currency) for number in open_to_it}
    rest -= sum(min(each, 0) for each in owed.values())
    for place, number in enumerate(open_to_it):
        is_last = place == len(open_to_it) - 1
        share = owed[number] if owed[number] < 0 else rest if is_last else min(rest, owed[number])
        shares[number] = share
        rest -= max(share, 0)
    paid = [
        PaymentReceived(
            id=transfer.id,
            number=number,
            debtor_id=transfer.debtor_id,
            amount=Money(shares[number], transfer.amount.currency),
            at=transfer.at,
        )
        for number, _ in transfer.shares
        if shares[number]
    ]
    return paid, _remainder(transfer, rest)


def _place(number: str, invoice: Invoice | None) -> tuple[bool, date, str]:
    """Credit notes first, so that they are used up; then by due date; what is not known yet comes last."""
    header = None if invoice is None else invoice.header
    return (True, date.max, number) if header is None else (header.amount.grosze >= 0, header.due_on, number)


def _owed(invoice: Invoice | None, currency: str) -> int:
    if invoice is None or invoice.outstanding is None or invoice.outstanding.currency != currency:
        return 0
    return invoice.outstanding.grosze


def _remainder(transfer: TransferReceived, rest: int) -> PaymentStated | None:
    if not rest:
        return None
    return PaymentStated(
        id=f"{transfer.id}/rest",
        amount=Money(rest, transfer.amount.currency),
        day=transfer.at.date(),
        debtor_id=transfer.debtor_id,
        at=transfer.at,
        reason="remainder",
    )
