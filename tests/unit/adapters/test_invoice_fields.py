"""Whoever adds a field to `Header` is told here of every place that does not know it yet."""

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime

import pytest

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.invoice_items import invoice_from, invoice_item
from upominek.adapters.aws.table.typed_json import decode_item, encode_item
from upominek.adapters.formats.csv.rows import GoodRow, InvoiceTable
from upominek.adapters.formats.csv.survey import survey_table
from upominek.adapters.webhook.reading import read_events
from upominek.application.ports.invoices import InvoiceKey
from upominek.domain.receivables.events import Header, InvoiceStated
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
FULL = Header(
    at=AT,
    amount=Money(12_300),
    due_on=date(2026, 3, 16),
    issued_on=date(2026, 3, 2),
    paid=Money(300),
    account="PL61109010140000071219812874",
    payment_link="https://pay.example/1",
    is_change=True,
    claim=ClaimKind.SALE,
    is_listed=True,
    source="list",
    corrects="FV/0",
)
FILE = """\
Id kontrahenta;Numer faktury;Data wystawienia;Termin płatności;Brutto;Zapłacono;Rachunek;Link do płatności;\
Rodzaj roszczenia;Faktura korygowana
K-1;FV/1;2026-03-02;2026-03-16;123,00;3,00;61 1090 1014 0000 0712 1981 2874;https://pay.example/1;towar;FV/0
"""
EVENT = {
    "type": "invoice.changed",
    "timestamp": AT.isoformat(),
    "data": {
        "number": "FV/1",
        "debtor": {"id": "K-1"},
        "due_date": "2026-03-16",
        "issue_date": "2026-03-02",
        "amount": "123.00",
        "paid": "3.00",
        "account": "61109010140000071219812874",
        "payment_link": "https://pay.example/1",
        "claim": "sale",
        "corrects": "FV/0",
    },
}
OF_LISTS = ["is_listed", "source"]
OPTIONAL = [one.name for one in fields(Header) if one.default is not MISSING]


@pytest.mark.parametrize("name", OPTIONAL)
def test_the_examples_here_have_every_field(name: str) -> None:
    assert getattr(FULL, name) not in {None, False}


def test_a_file_states_every_field() -> None:
    survey = survey_table([FILE.encode()])
    (chunk,) = survey.chunks
    (row,) = InvoiceTable(survey.format).read([FILE.encode()[chunk.start :]], chunk.first_row)
    assert isinstance(row, GoodRow)
    stated = row.stated(AT).header
    # No row says of itself that it is a change, nor whether the file is a full list.
    assert [name for name in OPTIONAL if getattr(stated, name) != getattr(FULL, name)] == ["is_change", *OF_LISTS]


def test_a_webhook_states_every_field() -> None:
    (stated,) = read_events(json.dumps(EVENT).encode(), lambda _: False)
    assert isinstance(stated, InvoiceStated)
    assert stated.header == replace(FULL, is_listed=False, source="webhook")


def test_the_table_keeps_every_field() -> None:
    place = keys.invoice(InvoiceKey("acme", "K-1", "FV/1"))
    stored = invoice_item(Invoice(creditor="acme", debtor="K-1", number="FV/1", header=FULL), 1)
    kept = decode_item(encode_item(stored | dict(zip((keys.PK, keys.SK), place, strict=True))))
    assert invoice_from(kept).header == FULL
