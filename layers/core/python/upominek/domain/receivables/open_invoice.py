"""What the due index knows of an open invoice."""

from dataclasses import dataclass
from datetime import date, datetime

from upominek.domain.receivables.invoice import Invoice
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown


@dataclass(frozen=True, slots=True)
class DueInvoice:
    """An open invoice as the due index has it.

    Attributes:
        claim: None where nobody said what is owed for.
        amount: gross total; None where it was stored by a version that did not keep it here.
        known_at: UTC time since when it is known to be owed by this due date; None for the same reason.
        corrects: number of the invoice that a credit note is to be set off against first.
    """

    debtor: str
    number: str
    due_on: date
    outstanding: Money
    claim: ClaimKind | Unknown | None = None
    amount: Money | None = None
    known_at: datetime | None = None
    corrects: str | None = None

    @property
    def size(self) -> Money:
        """What tells to which campaign it belongs: its total, so that a part payment moves it to no other."""
        return self.outstanding if self.amount is None else self.amount


def due_invoice(invoice: Invoice) -> DueInvoice | None:
    """The invoice as the due index has it; None when it is not open."""
    header, outstanding = invoice.header, invoice.outstanding
    if not invoice.is_open or header is None or outstanding is None:
        return None
    return DueInvoice(
        invoice.debtor,
        invoice.number,
        header.due_on,
        outstanding,
        header.claim,
        header.amount,
        invoice.known_at,
        header.corrects,
    )
