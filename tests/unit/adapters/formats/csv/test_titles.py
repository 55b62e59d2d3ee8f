"""Reports have titles above their header; what cannot be a table of invoices says why."""

import pytest

from tests.unit.adapters.formats.csv.tables import HEADER, ROW, read, rejects, survey, text_of
from upominek.adapters.formats.csv.limits import MAX_TITLE_ROWS
from upominek.adapters.formats.csv.rows import GoodRow
from upominek.adapters.formats.csv.source import form_of, words_of
from upominek.domain.errors import TableUnreadable

TITLES = {
    "one": "Zestawienie należności;;;;\n",
    "without separators": "Zestawienie należności na dzień 02.03.2026, w zł\n",
    "with a quotation mark": 'Raport "należności\n',
    "several": "Firma: Hydro sp. z o.o.;;;;\nNIP: 5261040828;;;;\n\nStan na;02.03.2026;;;\n;;;;\n",
    "names of columns": "Klient;Kwota;Waluta;;\n",
    "a table of sums": "Waluta;Razem;Saldo;Termin;\nPLN;100,00;100,00;;\n",
    "commas": "a, b, c, d, e, f, g, h\n",
    "as many as may be": "Tytuł\n" * MAX_TITLE_ROWS,
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1250", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_titles_above_the_header_are_passed_over(title: str, encoding: str, end: str) -> None:
    bad = ("K2", "x", "FV/2", "nigdy", "1,00")
    content = (title + text_of(ROW, bad, end="\n")).replace("\n", end).encode(encoding)
    above = title.count("\n")
    form = survey(content).format
    assert (form.header, form.header_row) == (HEADER, above + 1)
    assert form_of(words_of(form)) == form
    for rows in (read(content), read(content, block=7, chunk=20)):
        assert [(row.row, isinstance(row, GoodRow)) for row in rows] == [(above + 2, True), (above + 3, False)]
    assert [one.where.row for one in rejects(content)] == [above + 3]


def test_too_many_titles() -> None:
    with pytest.raises(TableUnreadable) as refused:
        survey(("Tytuł\n" * (MAX_TITLE_ROWS + 1) + text_of(ROW, end="\n")).encode())
    assert refused.value.code == "header_missing"


def test_a_header_over_two_rows_stays_a_clear_error() -> None:
    content = "Id;Numer;Termin;Kwota\nkontrahenta;faktury;zapł.;brutto\nK1;FV/1;2026-03-02;1,00\n".encode()
    assert {one.where.row for one in rejects(content)} == {2}
    with pytest.raises(TableUnreadable) as refused:
        survey("Id;Numer;Termin\nkontrahenta;faktury;płatności\nK1;FV/1;2026-03-02\n".encode())
    assert refused.value.code == "columns_missing"


def test_a_file_without_titles_says_nothing_of_its_header() -> None:
    assert "header_row" not in words_of(survey(text_of(ROW).encode()).format)


def code_of(content: bytes) -> str:
    with pytest.raises(TableUnreadable) as refused:
        survey(content)
    assert refused.value.pl != refused.value.en
    return refused.value.code


PLAIN_HEADER = ("id", "nazwa", "faktura", "termin", "brutto")


@pytest.mark.parametrize("header", [HEADER, PLAIN_HEADER])
def test_the_encoding_of_dos_is_named(header: tuple[str, ...]) -> None:
    rows = [(f"K{n}", name, f"FV/{n}", "2026-03-02", "1,00") for n, name in enumerate(["Żółw", "Paweł Wąs", "Hydro"])]
    assert code_of(text_of(*rows, header=header).encode("cp852")) == "encoding_dos"


@pytest.mark.parametrize("name", ["Müller — Söhne", "Łódź «Bałuty»", "Ćwikła © 2026", "Ľubomír Ďuriš", "Gęś", "José"])
def test_other_encodings_are_not_taken_for_it(name: str) -> None:
    content = text_of(("K1", name, "FV/1", "2026-03-02", "1,00"), header=PLAIN_HEADER)
    assert survey(content.encode("cp1250", "replace")).format.encoding in {"cp1250", "iso8859-2"}


def test_a_bad_byte_in_the_header_is_named_and_no_column_is_missed_for_it() -> None:
    good = text_of(*[ROW] * 3, header=(*HEADER, "Zapłacono")).encode()
    for letters, byte in (("ś".encode(), b"\xb6"), ("łacono".encode(), b"\xb3acono")):
        assert code_of(good.replace(letters, byte, 1)) == "header_garbled"
    assert code_of(text_of(ROW, header=(*HEADER[:3], "Termin pĹ‚atnoĹ›ci", "Kwota")).encode()) == "header_garbled"


def test_a_bad_byte_below_costs_a_cell() -> None:
    content = text_of(ROW, ROW).encode().replace("Ł".encode(), b"\xa3", 1)
    assert [len(row.remarks) for row in read(content) if isinstance(row, GoodRow)] == [1, 0]
