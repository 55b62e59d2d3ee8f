"""What a file would do that a person should look at first: reopen what was settled, or settle what is open."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from upominek.application.ports.formats import Accepted
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.domain.receivables.events import CaseHeld, CaseReleased, InvoiceSettled, InvoiceStated
from upominek.domain.receivables.invoice import Invoice, InvoiceStatus, fold
from upominek.domain.receivables.remarks import Remark
from upominek.domain.values.batches import batched
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.problem import Problem, TablePlace

AT_ONCE = 500
REOPENED = "invoice_reopened"
BY = "upominek"
"""Whose holds these are: nobody's but the product's own."""

NOT_ON_THE_LIST = (
    "Brak na pełnej liście, która czeka na potwierdzenie / missing from a full list that waits for a confirmation"
)
OPENED_AGAIN = "Otwarta ponownie po rozliczeniu / opened again after it was settled"


def against_what_is_known(
    invoices: InvoiceRepository, creditor: str, rows: Iterable[tuple[Accepted, InvoiceStated]], column: str
) -> Iterator[Remark]:
    """Remarks on rows that would open an invoice again, and on those that call unpaid what is known to be settled.

    Args:
        column: what the file calls an invoice's number.
    """
    for batch in batched(rows, AT_ONCE):
        keys = [InvoiceKey(creditor, stated.debtor.id, stated.number) for _, stated in batch]
        stored = invoices.get_many(keys)
        for (row, stated), key in zip(batch, keys, strict=True):
            before = stored.get(key)
            if before is None:
                continue
            after = fold(before, stated)
            if opens_again(before, after):
                yield opened_again(row.row, column)
            elif stated.header.is_listed and after.status is InvoiceStatus.SETTLED and stated.header.paid is None:
                yield unpaid_but_settled(row.row, column)


def opens_again(before: Invoice, after: Invoice) -> bool:
    """Whether an invoice that was done with is owed again."""
    return before.status in {InvoiceStatus.SETTLED, InvoiceStatus.CANCELLED} and after.is_open


def unpaid_but_settled(row: int, column: str) -> Remark:
    """The row calls unpaid, in a word, what was paid by all that is known; a word takes no payment back."""
    return Problem(
        TablePlace(row, column),
        "unpaid_but_settled",
        pl="Plik podaje tę fakturę jako niezapłaconą, a znamy wpłaty na całą kwotę; niczego nie zmieniono. Jeśli "
        "wpłata była pomyłką, podaj kwotę wpłat (np. 0,00 w kolumnie „Zapłacono”).",
        en="The file calls this invoice unpaid, and payments of the whole amount are known; nothing was changed. If "
        "they were a mistake, state how much was paid (such as 0.00 in a column “Paid”).",
    )


def opened_again(row: int, column: str) -> Remark:
    """The row opens an invoice again; nobody is reminded of it on the same day."""
    return Problem(
        TablePlace(row, column),
        REOPENED,
        pl="Ta faktura była rozliczona albo anulowana, a plik podaje ją znów jako niezapłaconą. Sprawdź wpłatę; "
        "dziś przypomnienia nie będzie.",
        en="This invoice was settled or cancelled, and the file says again that it is unpaid. Check the payment; "
        "nobody is reminded of it today.",
    )


def would_settle(
    invoices: InvoiceRepository, creditor: str, missing: Iterable[tuple[str, str]], at: datetime
) -> Iterator[tuple[str, str]]:
    """Those of the invoices that a full list of this time would really settle; what was stated later stays open."""
    for batch in batched(missing, AT_ONCE):
        keys = [InvoiceKey(creditor, debtor, number) for debtor, number in batch]
        for invoice in invoices.get_many(keys).values():
            settled = InvoiceSettled(number=invoice.number, debtor_id=invoice.debtor, at=at)
            if invoice.is_open and not fold(invoice, settled).is_open:
                yield invoice.debtor, invoice.number


def held_until_decided(missing: Iterable[tuple[str, str]], at: datetime) -> Iterator[CaseHeld]:
    """Holds on invoices that a list lacks which waits for a person: those may be the very ones that were paid."""
    for debtor, number in missing:
        yield CaseHeld(debtor_id=debtor, kind=HoldKind.CHECK, at=at, reason=NOT_ON_THE_LIST, number=number, by=BY)


def decided(missing: Iterable[tuple[str, str]], at: datetime) -> Iterator[CaseReleased]:
    """The end of these holds."""
    for debtor, number in missing:
        yield CaseReleased(debtor_id=debtor, kind=HoldKind.CHECK, at=at, reason=NOT_ON_THE_LIST, number=number, by=BY)


def held_today(invoices: Sequence[Invoice], at: datetime, today: date) -> Iterator[CaseHeld]:
    """Holds on invoices that a statement has opened again, for the rest of the day."""
    for one in invoices:
        yield CaseHeld(
            debtor_id=one.debtor,
            kind=HoldKind.CHECK,
            at=at,
            reason=OPENED_AGAIN,
            until=today,
            number=one.number,
            by=BY,
        )
