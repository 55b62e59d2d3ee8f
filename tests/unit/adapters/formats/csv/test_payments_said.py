"""What the columns of payments say: amounts, words, dates, and how they agree."""

from datetime import UTC, datetime

import pytest

from tests.unit.adapters.formats.csv.tables import row_of
from upominek.adapters.formats.csv.fields import COLUMNS, Field
from upominek.adapters.formats.csv.payment_words import Told, is_yes, told_by
from upominek.adapters.formats.csv.rows import GoodRow
from upominek.domain.receivables.events import InvoiceCancelled, InvoiceStated
from upominek.domain.receivables.rejects import Rejected
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
REQUIRED = "Id kontrahenta|Numer faktury|Termin"
ANY = "K1|FV/1|2026-03-02"


def row(header: str, cells: str) -> GoodRow:
    one = row_of(f"{REQUIRED}|{header}", f"{ANY}|{cells}")
    assert isinstance(one, GoodRow), one
    return one


def invoice(header: str, cells: str) -> InvoiceStated:
    said = row(header, cells).stated(NOW)
    assert isinstance(said, InvoiceStated)
    return said


def paid(header: str, cells: str) -> Money | None:
    return invoice(header, cells).header.paid


def held(header: str, cells: str) -> bool:
    return [one.kind for one in row(header, cells).holds(NOW)] == [HoldKind.CHECK]


def faults(header: str, cells: str) -> list[tuple[str, str]]:
    one = row_of(f"{REQUIRED}|{header}", f"{ANY}|{cells}")
    assert isinstance(one, Rejected), one
    return [(reject.where.column, reject.code) for reject in one.rejects]


def names(field: Field) -> list[str]:
    return [name.strip() for line in COLUMNS[field].names.strip().splitlines() for name in line.split("|")]


LEFT = [
    *("Pozostaje", "Do rozliczenia", "Pozostało do rozliczenia", "Należność pozostała", "Pozostała należność"),
    *("Kwota nierozliczona", "Kwota nieopłacona", "Niezapłacono", "Niezapłacone", "Otwarte", "Saldo dokumentu"),
    *("Zaległość", "Kwota należna", "Pozostało", "Pozostało do zapłaty", "Do zapłaty", "Kwota do zapłaty", "Saldo"),
    *("amount_residual", "Residual", "Outstanding", "Outstanding Amount", "Balance Due", "InvoiceAmountDue"),
    *("Amount Due", "Open Balance", "Balance", "Amount Remaining", "Due Amount", "POZOSTAŁO [PLN]", "AmountDue"),
]
PAID = [
    *("Zapłata", "Kwota wpłaty", "Rozliczone", "Zapłacona", "Zapłacono", "Kwota zapłacona", "Rozliczono", "Wpłacono"),
    *("InvoiceAmountPaid", "Amount Paid", "Paid to Date", "Payments", "Paid", "Total Paid", "Suma wpłat"),
]


@pytest.mark.parametrize("name", LEFT)
def test_what_is_still_to_pay_beside_the_amount_and_alone(name: str) -> None:
    assert paid(f"Kwota brutto|{name}", "1230,00|730,00") == Money(50_000)
    assert paid(f"Kwota brutto|{name}", "500,00|0,00") == Money(50_000)
    assert paid(f"Kwota|{name}", "500,00|500,00") == Money(0)
    assert paid(f"Kwota brutto|{name}", "500,00|") is None
    alone = invoice(name, "730,00").header
    assert (alone.amount, alone.paid) == (Money(73_000), None)


@pytest.mark.parametrize("name", PAID)
def test_what_was_paid(name: str) -> None:
    assert paid(f"Kwota brutto|{name}", "1230,00|500,00") == Money(50_000)
    assert paid(f"Kwota brutto|{name}", "1230,00|0,00") == Money(0)
    assert paid(f"Kwota brutto|{name}", "1230,00|") is None


@pytest.mark.parametrize("name", [*names(Field.PAID), *names(Field.OUTSTANDING)])
def test_every_name_says_by_amount_or_by_word_that_all_is_paid(name: str) -> None:
    is_paid = name in names(Field.PAID)
    assert paid(f"Kwota brutto|{name}", f"12,00|{'12,00' if is_paid else '0,00'}") == Money(1200)
    for word in ("tak", "T", "true", "1", "✓") if is_paid else ("nie", "N", "false", "0", "✗"):
        assert paid(f"Kwota brutto|{name}", f"12,00|{word}") == Money(1200)
    for word in ("nie", "no") if is_paid else ("tak", "1"):
        assert paid(f"Kwota brutto|{name}", f"12,00|{word}") is None


@pytest.mark.parametrize(
    "name", ["Opłacona", "Zapłacona", "Status", "Stan płatności", "Status płatności", "Rozliczona"]
)
@pytest.mark.parametrize(
    "word", ["tak", "opłacona", "OPŁACONE", "Zapłacono", "zapłacona w całości", "paid", "Paid in full", "Rozliczony"]
)
def test_who_has_paid_by_the_status_owes_nothing(name: str, word: str) -> None:
    assert paid(f"Kwota brutto|{name}", f"500,00|{word}") == Money(50_000)


@pytest.mark.parametrize(
    "word", ["nieopłacona", "nie", "Unpaid", "overdue", "przeterminowana", "open", "nie zapłacono"]
)
def test_an_unpaid_invoice_is_open_and_nothing_is_said_of_what_was_paid_before(word: str) -> None:
    assert paid("Kwota brutto|Status płatności", f"500,00|{word}") is None
    assert not held("Kwota brutto|Status płatności", f"500,00|{word}")


@pytest.mark.parametrize("word", ["częściowo", "częściowo opłacona", "partial", "Partially Paid", "opłacona częściowo"])
def test_a_part_without_an_amount_is_held_and_never_guessed(word: str) -> None:
    header = "Kwota brutto|Status płatności"
    assert (paid(header, f"500,00|{word}"), held(header, f"500,00|{word}")) == (None, True)
    assert [one.code for one in row(header, f"500,00|{word}").remarks] == ["paid_part_unknown"]
    header += "|Zapłacono"
    assert (paid(header, f"500,00|{word}|200,00"), held(header, f"500,00|{word}|200,00")) == (Money(20_000), False)


@pytest.mark.parametrize("word", ["anulowana", "Void", "Cancelled", "storno", "uncollectible", "umorzona"])
def test_a_void_invoice_is_cancelled(word: str) -> None:
    said = row("Kwota brutto|Status|Zapłacono", f"500,00|{word}|0,00").stated(NOW)
    assert said == InvoiceCancelled(number="FV/1", debtor_id="K1", at=NOW)


@pytest.mark.parametrize("cell", ["tak", "1", "x", "2026-03-01", "anulowano"])
def test_a_column_of_void_invoices(cell: str) -> None:
    assert isinstance(row("Kwota brutto|Anulowana", f"500,00|{cell}").stated(NOW), InvoiceCancelled)


@pytest.mark.parametrize("cell", ["nie", "0", "", "-", "false"])
def test_a_column_of_void_invoices_without_one(cell: str) -> None:
    assert paid("Kwota brutto|Anulowana", f"500,00|{cell}") is None


@pytest.mark.parametrize("word", ["szkic", "Draft", "proforma", "Pro forma", "w buforze"])
def test_a_draft_is_no_invoice(word: str) -> None:
    assert faults("Kwota brutto|Status", f"500,00|{word}") == [("Status", "invoice_draft")]


@pytest.mark.parametrize(
    ("header", "cells", "code"),
    [
        ("Brutto|Status|Saldo", "500,00|opłacona|500,00", "status_disagrees"),
        ("Brutto|Status|Zapłacono", "500,00|opłacona|200,00", "status_disagrees"),
        ("Brutto|Status|Saldo", "500,00|nieopłacona|0,00", "status_disagrees"),
        ("Brutto|Status|Saldo", "500,00|częściowo|0,00", "status_disagrees"),
        ("Brutto|Status|Zapłacono", "500,00|częściowo|0,00", "status_disagrees"),
        ("Brutto|Status|Opłacona", "500,00|paid|nie", "status_disagrees"),
        ("Brutto|Zapłacono|Data zapłaty", "500,00|0,00|2026-03-01", "status_disagrees"),
        ("Brutto|Status|Data zapłaty", "500,00|nieopłacona|2026-03-01", "status_disagrees"),
        ("Brutto|Wpłaty|Zapłacono", "500,00|100,00|200,00", "amounts_disagree"),
        ("Brutto|Saldo", "500,00|1500,00", "outstanding_too_large"),
        ("Brutto|Saldo", "-500,00|-600,00", "outstanding_too_large"),
    ],
)
def test_what_contradicts_itself_is_rejected(header: str, cells: str, code: str) -> None:
    assert [found for _, found in faults(header, cells)] == [code]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Brutto|Data zapłaty", "500,00|2026-03-05", Money(50_000)),
        ("Brutto|Data zapłaty", "500,00|", None),
        ("Brutto|Data zapłaty", "500,00|0000-00-00", None),
        ("Brutto|Data zapłaty", "500,00|1899-12-30", None),
        ("Brutto|Data zapłaty", "500,00|2026-03-20", None),  # somebody means to pay then
        ("Brutto|Zapłacono", "500,00|05.03.2026", Money(50_000)),
        ("Brutto|Zapłacono|Data wpłaty", "500,00|200,00|2026-03-05", Money(20_000)),
        ("Brutto|Status|Data wpłaty", "500,00|opłacona|2026-03-05", Money(50_000)),
        ("Brutto|Status|Payment Status|Amount Due", "500,00|Posted|In Payment|0,00", Money(50_000)),
        ("Brutto|Status|Payment Status|Amount Due", "500,00|Posted|Not Paid|500,00", Money(0)),
    ],
)
def test_dates_and_several_columns(header: str, cells: str, expected: Money | None) -> None:
    assert paid(header, cells) == expected


def test_what_is_on_its_way_is_held_unless_an_amount_says_more() -> None:
    assert held("Brutto|Payment Status", "500,00|in_payment")
    assert not held("Brutto|Payment Status|Amount Due", "500,00|in_payment|500,00")


def test_a_word_in_the_place_of_a_day() -> None:
    assert paid("Brutto|Data zapłaty", "500,00|opłacona") == Money(50_000)
    assert paid("Brutto|Data zapłaty", "500,00|brak wpłaty") is None
    assert [one.code for one in row("Brutto|Data zapłaty", "500,00|kiedyś").remarks] == ["status_unknown"]


def test_a_day_of_a_payment_that_may_be_a_part_is_held() -> None:
    assert held("Brutto|Data wpłaty", "500,00|2026-03-05")
    assert not held("Brutto|Data wpłaty", "500,00|2026-03-25")
    assert not held("Brutto|Data wpłaty", "500,00|")


@pytest.mark.parametrize(
    ("header", "cells", "amount", "expected"),
    [
        ("Do zapłaty|Zapłacono", "1230,00|500,00", 123_000, 50_000),
        ("Do zapłaty|Zapłacono", "0,00|500,00", 50_000, 50_000),
        ("Pozostało|Zapłacono", "730,00|500,00", 123_000, 50_000),
        ("Brutto|Do zapłaty|Zapłacono", "1230,00|1230,00|500,00", 123_000, 50_000),
        ("Brutto|Do zapłaty|Zapłacono", "1230,00|730,00|500,00", 123_000, 50_000),
        ("Brutto|Do zapłaty|Status", "1230,00|1230,00|opłacona", 123_000, 123_000),
        ("Brutto|Do zapłaty|Status", "1230,00|1230,00|nieopłacona", 123_000, 0),
        ("Do zapłaty|Pozostało", "1230,00|730,00", 123_000, 50_000),
        ("Total|Amount Due|Amount Paid|Paid", "100,00|100,00|100,00|TRUE", 10_000, 10_000),
        ("Total|Amount Due|Amount Paid|Paid", "100,00|100,00|0,00|FALSE", 10_000, 0),
    ],
)
def test_to_pay_is_the_total_in_some_programs(header: str, cells: str, amount: int, expected: int) -> None:
    said = invoice(header, cells).header
    assert (said.amount, said.paid) == (Money(amount), Money(expected))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Opłacona przelewem 03.03.2026", Told.PAID),
        ("opłacona po terminie", Told.PAID),
        ("niezapłacona w terminie", Told.OPEN),
        ("Overdue by 15 days", Told.OPEN),
        ("nie opłacono", Told.OPEN),
        ("not paid", Told.OPEN),
        ("not_paid", Told.OPEN),
        ("NotPaid", Told.OPEN),
        ("in_payment", Told.PENDING),
        ("przelew 14 dni", Told.NOTHING),
        ("gotówka", Told.NOTHING),
        ("wysłana", Told.NOTHING),
        ("będzie opłacona", None),
        ("w windykacji", None),
        ("odrzucona", None),
    ],
)
def test_words(text: str, told: Told | None) -> None:
    assert told_by(text) is told


def test_yes_and_no() -> None:
    assert [is_yes(one) for one in ("TAK", "nie", "☑", "może")] == [True, False, True, None]
