"""Rows are taken or rejected, whole or in chunks, with the numbers that a spreadsheet shows."""

import csv
import io
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.formats.csv.tables import HEADER, ROW, read, rejects, row_of, survey, text_of
from upominek.adapters.formats.csv import values
from upominek.adapters.formats.csv.rows import ROWS_AT_A_TIME, GoodRow, InvoiceTable
from upominek.adapters.formats.csv.survey import TableFormat
from upominek.domain.errors import TableUnreadable
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.receivables.events import Header, InvoiceStated
from upominek.domain.receivables.rejects import Rejected, reject_line
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
REQUIRED = "Id kontrahenta|Numer faktury|Termin|Brutto"


def stated(header: str, cells: str) -> InvoiceStated:
    row = row_of(header, cells)
    assert isinstance(row, GoodRow), row
    said = row.stated(NOW)
    assert isinstance(said, InvoiceStated)
    return said


def faults(header: str, cells: str) -> list[tuple[str, str]]:
    row = row_of(header, cells)
    assert isinstance(row, Rejected), row
    return [(reject.where.column, reject.code) for reject in row.rejects]


def test_a_row_with_everything() -> None:
    said = stated(
        "Id kontrahenta|Nazwa|Imię|Nazwisko|Rodzaj kontrahenta|NIP|REGON|PESEL|Telefon|Telefon 2|E-mail|Język|Tagi"
        "|Ulica|Kod pocztowy|Miasto|Nr faktury|Data wystawienia|Termin płatności|Brutto|Zapłacono|Waluta|Nr konta|Link"
        "|Rodzaj roszczenia|Adres e-mail do wezwań",
        "K1|Hydro Hurt|Jan|Kowalski|firma|526-104-08-28|123456785|44051401359|512 345 678, 22 123 45 67"
        "|512345678;601222333|Jan@Firma.pl|pl|vip,stały|Długa 1|00-001|Warszawa|FV/1/2026|02.02.2026|2026-03-02"
        "|1 234,56 zł|34,56|PLN|61 1090 1014 0000 0712 1981 2874|https://pay.example/1"
        "|usługi|Wezwania@Firma.pl",
    )

    assert said == InvoiceStated(
        number="FV/1/2026",
        debtor=DebtorDetails(
            id="K1",
            name="Hydro Hurt",
            kind=DebtorKind.BUSINESS,
            first_name="Jan",
            phones=(
                Phone("+48512345678", may_receive_sms=True),
                Phone("+48221234567", may_receive_sms=False),
                Phone("+48601222333", may_receive_sms=True),
            ),
            emails=(Email("Jan@firma.pl"),),
            language="pl",
            tags=frozenset({"vip", "stały"}),
            nip="5261040828",
            regon="123456785",
            pesel="44051401359",
            address=("Długa 1", "00-001 Warszawa"),
            email_clause="Wezwania@firma.pl",
        ),
        header=Header(
            source="file",
            at=NOW,
            amount=Money(123456),
            due_on=date(2026, 3, 2),
            issued_on=date(2026, 2, 2),
            paid=Money(3456),
            account="PL61109010140000071219812874",
            payment_link="https://pay.example/1",
            claim=ClaimKind.BUSINESS,
        ),
    )


def test_what_is_not_said_is_none() -> None:
    columns = "Telefon|Tagi|Zapłacono|Data wystawienia|Miasto|Rodzaj roszczenia|Email do wezwań"
    said = stated(f"{REQUIRED}|{columns}", "K1|FV/1|2026-03-02|100,00|||||||")

    assert said.debtor == DebtorDetails(id="K1")
    assert (said.header.paid, said.header.issued_on, said.header.account, said.header.claim) == (None, None, None, None)


def test_the_nip_stands_in_for_the_id() -> None:
    assert stated("NIP|Nr faktury|Termin|Brutto", "5261040828|FV/1|2026-03-02|1,00").debtor.id == "5261040828"
    assert stated(f"{REQUIRED}|NIP", "|FV/1|2026-03-02|1,00|5261040828").debtor.id == "5261040828"
    assert stated(f"{REQUIRED}|NIP", "K1|FV/1|2026-03-02|1,00|5261040828").debtor.id == "K1"


def test_a_foreign_vat_number_is_no_nip_and_may_stand_in_for_the_id() -> None:
    said = stated("NIP UE|Nr faktury|Termin|Brutto", "DE 123 456 789|FV/1|2026-03-02|1,00").debtor
    assert (said.id, said.nip, said.vat_id) == ("DE123456789", None, "DE123456789")


def test_a_bad_nip_costs_the_row_only_where_it_is_the_id() -> None:
    assert stated(f"{REQUIRED}|NIP", "K1|FV/1|2026-03-02|1,00|123").debtor.nip is None
    assert faults(f"{REQUIRED}|NIP", "|FV/1|2026-03-02|1,00|123") == [
        ("Id kontrahenta", "debtor_id_missing"),
        ("NIP", "nip_invalid"),
    ]


@pytest.mark.parametrize("nothing", ["-", "brak", "n/d"])
def test_a_word_for_nothing_is_nobodys_id_and_no_number(nothing: str) -> None:
    assert faults(REQUIRED, f"{nothing}|FV/1|2026-03-02|1,00") == [("Id kontrahenta", "debtor_id_missing")]
    assert faults(REQUIRED, f"K1|{nothing}|2026-03-02|1,00") == [("Numer faktury", "invoice_number_missing")]
    assert stated(f"{REQUIRED}|NIP", f"{nothing}|FV/1|2026-03-02|1,00|5261040828").debtor.id == "5261040828"


def test_neither_id_nor_nip() -> None:
    assert faults(REQUIRED, "|FV/1|2026-03-02|1,00") == [("Id kontrahenta", "debtor_id_missing")]
    assert faults(f"{REQUIRED}|NIP", "|FV/1|2026-03-02|1,00|") == [("Id kontrahenta", "debtor_id_missing")]
    assert faults("NIP|Nr faktury|Termin|Brutto", "|FV/1|2026-03-02|1,00") == [("NIP", "debtor_id_missing")]
    assert faults("NIP|Nr faktury|Termin|Brutto", "1|FV/1|2026-03-02|1,00") == [("NIP", "nip_invalid")]


def test_a_name_of_two_columns() -> None:
    assert stated(f"{REQUIRED}|Imię|Nazwisko", "K1|FV/1|2026-03-02|1,00|Jan|Kowalski").debtor.name == "Jan Kowalski"


@pytest.mark.parametrize(
    ("header", "cells", "amount", "paid"),
    [
        ("Brutto", "100,00", Money(10000), None),
        ("Brutto|Waluta", "100,00|EUR", Money(10000, "EUR"), None),
        ("Brutto|Waluta", "100,00|", Money(10000), None),
        ("Brutto|Zapłacono", "100 EUR|40,00", Money(10000, "EUR"), Money(4000, "EUR")),
        ("Brutto|Saldo", "100,00|40,00", Money(10000), Money(6000)),
        ("Brutto|Saldo", "100,00|", Money(10000), None),
        ("Brutto|Saldo|Zapłacono", "100,00|40,00|60,00", Money(10000), Money(6000)),
        ("Brutto|Saldo|Zapłacono", "100,00||60,00", Money(10000), Money(6000)),
        ("Brutto|Zapłacono", "100,00|-", Money(10000), None),
        ("Brutto|Zapłacono", "(100,00)|brak", Money(-10000), None),
        ("Brutto|Zapłacono", "1'234,56|1234.5600", Money(123456), Money(123456)),
        ("Saldo", "40,00", Money(4000), None),
        ("Brutto", "-100,00", Money(-10000), None),
        ("Brutto|Saldo", "-100,00|-100,00", Money(-10000), Money(0)),
        ("Brutto|Waluta", "1000|JPY", Money(1000, "JPY"), None),
    ],
)
def test_amounts_and_what_was_paid(header: str, cells: str, amount: Money, paid: Money | None) -> None:
    said = stated(f"Id kontrahenta|Numer faktury|Termin|{header}", f"K1|FV/1|2026-03-02|{cells}")

    assert (said.header.amount, said.header.paid) == (amount, paid)


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Brutto", "", [("Brutto", "amount_missing")]),
        ("Brutto", "1.234", [("Brutto", "amount_ambiguous")]),
        ("Brutto|Waluta", "100 zł|EUR", [("Brutto", "currency_mismatch")]),
        ("Brutto|Saldo|Zapłacono", "100,00|40,00|dużo", [("Zapłacono", "amount_invalid")]),
        ("Brutto|Saldo", "100,00|---", [("Saldo", "amount_missing")]),
        ("Brutto|Zapłacono", "---|1,00", [("Brutto", "amount_missing")]),
        ("Saldo", "-", [("Saldo", "amount_missing")]),
        ("Brutto|Waluta", "100|złote", [("Waluta", "currency_unknown")]),
        ("Brutto|Zapłacono", "100 EUR|40 zł", [("Zapłacono", "currency_mismatch")]),
        ("Brutto|Zapłacono", "x|dużo", [("Brutto", "amount_invalid"), ("Zapłacono", "amount_invalid")]),
        ("Brutto|Zapłacono", "100|trochę", [("Zapłacono", "amount_invalid")]),
        ("Brutto|Saldo|Zapłacono", "100,00|40,00|50,00", [("Saldo", "amounts_disagree")]),
        ("Brutto|Saldo", "100,00|dużo", [("Saldo", "amount_invalid")]),
    ],
)
def test_amounts_that_cannot_be(header: str, cells: str, expected: list[tuple[str, str]]) -> None:
    assert faults(f"Id kontrahenta|Numer faktury|Termin|{header}", f"K1|FV/1|2026-03-02|{cells}") == expected


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("Rodzaj roszczenia", "kredyt", "claim_unknown"),
        ("Data wystawienia", "31.02.2026", "date_invalid"),
        ("Data wystawienia", "46083", "date_serial"),
        ("Data wystawienia", "1.01.1026", "date_out_of_range"),
        ("Nr konta", "61109010140000071219812875", "account_invalid"),
    ],
)
def test_a_bad_cell_rejects_its_row(column: str, cell: str, code: str) -> None:
    row = row_of(f"{REQUIRED}|{column}", f"K1|FV/1|2026-03-02|1,00|{cell}")

    assert isinstance(row, Rejected)
    ((number, title, found, pl, en),) = map(reject_line, row.rejects)
    assert (number, title, found) == (2, column, code)
    assert pl
    assert en


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("Nazwa", "x" * 201, "text_too_long"),
        ("Nazwa", "MichaĹ‚", "text_garbled"),
        ("Nazwa", "#REF!", "formula_error"),
        ("Rodzaj kontrahenta", "inny", "kind_unknown"),
        ("E-mail do wezwań", "firma.pl", "email_invalid"),
        ("E-mail do wezwań", "a@firma.pl; b@firma.pl", "email_several"),
        ("NIP", "5261040827", "nip_invalid"),
        ("REGON", "123456789", "regon_invalid"),
        ("PESEL", "44051401358", "pesel_invalid"),
        ("Telefon", "512 345 67", "phone_invalid"),
        ("Telefon", "5,12346E+08", "phone_scientific"),
        ("E-mail", "jan@", "email_invalid"),
        ("E-mail", "jan@firma@pl", "email_several"),
        ("Język", "klingoński", "language_unknown"),
        ("Tagi", ",".join(map(str, range(51))), "list_too_long"),
        ("Ulica", "#N/D", "formula_error"),
        ("Link do płatności", "www.pay.example", "link_invalid"),
    ],
)
def test_a_bad_cell_without_which_the_debt_is_known_costs_itself_only(column: str, cell: str, code: str) -> None:
    row = row_of(f"{REQUIRED}|{column}|Zapłacono|Telefon 2", f"K1|FV/1|2026-03-02|1,00|{cell}|0,40|601222333")

    assert isinstance(row, GoodRow)
    ((number, title, found, pl, en),) = map(reject_line, row.remarks)
    assert (number, title, found) == (2, column, code)
    assert cell not in pl + en or code in {"formula_error", "phone_invalid"}
    said = row.stated(NOW)
    assert (said.header.amount, said.header.paid) == (Money(100), Money(40))
    assert len(said.debtor.tags or ()) == (50 if column == "Tagi" else 0)
    assert said.debtor.phones == (Phone("+48601222333", may_receive_sms=True),)


def test_the_cells_of_a_rejected_row_are_all_told_as_rejects() -> None:
    assert faults(f"{REQUIRED}|Telefon", "K1|FV/1|nigdy|1,00|12") == [
        ("Termin", "date_invalid"),
        ("Telefon", "phone_invalid"),
    ]


def test_all_bad_cells_of_a_row_are_reported_in_order() -> None:
    assert faults(f"{REQUIRED}|Telefon|E-mail", "#|FV/1||x|1|2") == [
        ("Id kontrahenta", "debtor_id_hash"),
        ("Termin", "date_missing"),
        ("Brutto", "amount_invalid"),
        ("Telefon", "phone_invalid"),
        ("E-mail", "email_invalid"),
    ]


def test_a_bad_cell_spoils_no_other_row() -> None:
    rows = [("K", "x", f"FV/{n}", "2026-03-02" if n % 7 else "brak", "1,00") for n in range(600)]

    found = read(text_of(*rows).encode())

    assert [row.row for row in found] == list(range(2, 602))
    assert [row.row - 2 for row in found if isinstance(row, Rejected)] == list(range(0, 600, 7))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("K1", "x"), "cells_missing"),
        (("K1", "x", "FV/1", "2026-03-02"), "cells_missing"),
        ((*ROW, "", "more"), "cells_extra"),
        ((*ROW[:4], "1234", "56"), "cells_extra"),
        (("K1", "x" * 33_000, *ROW[2:]), "cell_too_long"),
        (("K1", f'"{"x;" * 20_000}"', *ROW[2:]), "cell_too_long"),
    ],
)
def test_rows_that_do_not_fit_under_the_header(cells: tuple[str, ...], code: str) -> None:
    content = text_of(ROW, cells, ROW).encode()

    assert [(row.row, isinstance(row, GoodRow)) for row in read(content)] == [(2, True), (3, False), (4, True)]
    assert [(reject.where.row, reject.code) for reject in rejects(content)] == [(3, code)]


def test_a_row_may_lack_its_last_cells_and_have_empty_ones_behind() -> None:
    header = (*HEADER, "Telefon", "E-mail")
    content = text_of(ROW, (*ROW, "512345678"), (*ROW, "", "", "", " "), header=header).encode()

    assert len(read(content)) == 3
    assert rejects(content) == []


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    content = (
        b"id;nazwa;faktura;termin;brutto\r\n"
        b'K1;"two\r\nlines";FV/1;2026-03-02;1,00\r\n'
        b"\r\n"
        b";;;;\r\n"
        b'"";"";"";"";""\r\n'
        b"K2;x;FV/2;2026-03-02;1,00\r\n"
        b"K3;x;FV/3;never;1,00"
    )

    assert [row.row for row in read(content)] == [2, 6, 7]
    assert [row.row for row in read(content, block=3, chunk=20)] == [2, 6, 7]


def test_an_export_of_polish_excel() -> None:
    content = (
        "Id kontrahenta;Nazwa;NIP;Telefon;Numer faktury;Data wystawienia;Termin płatności;Kwota brutto;Zapłacono\r\n"
        'K1;"Zakład ""Żuraw"" s.c.";5261040828;512 345 678;FV/1;02.02.2026;2026-03-02 00:00:00;1\u00a0234,56;\r\n'
        "K2;Łukasz Wąs;;;FV/2;2.02.2026;16.03.2026;99,9;0\r\n"
        ";;;;;;;;\r\n"
    ).encode("cp1250")

    first, second = read(content)

    assert isinstance(first, GoodRow)
    assert isinstance(second, GoodRow)
    assert first.stated(NOW).debtor.name == 'Zakład "Żuraw" s.c.'
    assert first.stated(NOW).header.amount == Money(123456)
    assert second.stated(NOW).header.amount == Money(9990)
    assert second.stated(NOW).header.paid == Money(0)


def test_an_export_of_excel_as_unicode_text() -> None:
    content = text_of(("K1", "Łódź", "FV/1", "02.03.2026", '"1 234,56 zł"'), separator="\t").encode("utf-16")

    (row,) = read(content)

    assert isinstance(row, GoodRow)
    assert row.stated(NOW).header.amount == Money(123456)


def test_an_export_of_google_sheets() -> None:
    content = text_of(("K1", '"Łódź, Wąs"', "FV/1", "2026-03-02", '"1 234,56"'), separator=",", end="\n").encode()

    (row,) = read(content)

    assert isinstance(row, GoodRow)
    assert (row.number, row.stated(NOW).debtor.name) == ("FV/1", "Łódź, Wąs")


def test_the_format_and_the_chunks_are_enough_to_read_a_part() -> None:
    content = text_of(*(("K", "x", f"FV/{n}", "2026-03-02", "1,00") for n in range(50))).encode()
    found = survey(content, block=40, chunk=200)
    last = found.chunks[-1]

    rows = list(InvoiceTable(found.format).read([content[last.start : last.stop]], last.first_row))

    assert len(found.chunks) > 5
    assert rows[-1].row == 51
    assert plainly(rows) == plainly(read(content))[-len(rows) :]


def test_a_file_that_changed_since_the_survey_is_refused() -> None:
    table = InvoiceTable(TableFormat("utf-8", ";", HEADER))

    with pytest.raises(TableUnreadable):
        list(table.read([b"K1;\0;FV/1\n"], 2))


def test_what_the_file_calls_the_number_of_an_invoice() -> None:
    table = InvoiceTable(TableFormat("utf-8", ";", HEADER))

    assert table.number_column == "Numer faktury"


CELLS = {
    "Id kontrahenta": st.sampled_from(["K1", "K 2", "", "K#"]),
    "Nazwa": st.text(alphabet='aąŁ "\n\r;,\t|', max_size=8),
    "NIP": st.sampled_from(["", "5261040828", "526-104-08-28", "1"]),
    "Telefon": st.sampled_from(["", "512 345 678", "22 123 45 67", "512345678;601222333", "brak"]),
    "E-mail": st.sampled_from(["", "jan@firma.pl", "JAN@FIRMA.PL", "jan@"]),
    "Numer faktury": st.sampled_from(["FV/1", "FV/2", "", "Ś 3"]),
    "Termin": st.sampled_from(["2026-03-02", "2.03.2026", "", "nigdy"]),
    "Kwota": st.sampled_from(["1 234,56", "1234.56", "-5", "", "dużo"]),
    "Waluta": st.sampled_from(["PLN", "eur", "", "?"]),
}
TABLES = st.lists(st.tuples(*CELLS.values()), min_size=1, max_size=12)


def written(rows: list[tuple[str, ...]], separator: str, quoting: Literal[0, 1], end: str) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerow(CELLS)
    writer.writerows(rows)
    return stream.getvalue()


def plainly(rows: list[GoodRow | Rejected]) -> list[tuple[object, ...]]:
    return [(type(row), *row[:2], row.fingerprint) for row in rows]


WAYS_OF_WRITING = st.tuples(
    st.sampled_from(";,\t|"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\r\n", "\n"])
)


@settings(deadline=None)
@given(
    rows=TABLES,
    way=WAYS_OF_WRITING,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "iso8859-2"]),
    block=st.integers(1, 200),
    chunk=st.integers(1, 300),
)
def test_chunks_together_are_the_whole(
    rows: list[tuple[str, ...]], way: tuple[str, Literal[0, 1], str], encoding: str, block: int, chunk: int
) -> None:
    text = written(rows, *way)
    content = text.encode(encoding)
    whole = plainly(read(content))

    assert plainly(read(content, block=block, chunk=chunk)) == whole
    assert plainly(read(text.encode())) == whole


@settings(deadline=None)
@given(TABLES)
def test_what_is_read_does_not_depend_on_the_rows_around(rows: list[tuple[str, ...]]) -> None:
    together = read(written(rows, ";", csv.QUOTE_ALL, "\n").encode("utf-8-sig"))
    alone = [
        (type(row), row[1] if isinstance(row, GoodRow) else [reject_line(one)[1:] for one in row.rejects])
        for one in rows
        for row in read(written([one], ";", csv.QUOTE_ALL, "\n").encode("utf-8-sig"))
    ]

    assert alone == [
        (type(row), row[1] if isinstance(row, GoodRow) else [reject_line(one)[1:] for one in row.rejects])
        for row in together
    ]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_at_all_behind_a_header(content: bytes) -> None:
    try:
        rows = read(text_of().encode() + content)
    except TableUnreadable:
        return
    for row in rows:
        assert row.row >= 2


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_at_all(content: bytes) -> None:
    with suppress(TableUnreadable):
        read(content)


def test_chunks_cover_the_file_without_gaps() -> None:
    content = text_of(*[ROW] * 100).encode()

    chunks = survey(content, block=100, chunk=500).chunks

    assert chunks[0].start == len(text_of().encode())
    assert [one.stop for one in chunks[:-1]] == [one.start for one in chunks[1:]]
    assert chunks[-1].stop == len(content)


def test_more_different_cells_than_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "REMEMBERED_CELLS", 3)
    content = text_of(*((*ROW[:3], f"2026-03-{day:02}", ROW[4]) for day in range(1, 29))).encode()

    assert [row.row for row in read(content)] == list(range(2, 30))
    assert rejects(content) == []


def test_more_rows_than_are_checked_together() -> None:
    content = text_of(*[ROW] * (ROWS_AT_A_TIME * 2 + 1)).encode()

    assert [row.row for row in read(content)] == list(range(2, ROWS_AT_A_TIME * 2 + 3))


def test_a_credit_note_needs_no_due_date() -> None:
    header = "Id|Numer faktury|Data wystawienia|Termin płatności|Kwota brutto|Faktura korygowana"
    credit = stated(header, "K|FK/1|2026-03-05||-230,00|FV/1").header
    assert (credit.due_on, credit.amount, credit.corrects) == (date(2026, 3, 5), Money(-23_000), "FV/1")
    assert stated(header, "K|FK/1|||-230,00|").header.due_on == NOW.date()
