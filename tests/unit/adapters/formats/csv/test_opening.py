"""What is no table of invoices gets one clear error, soon."""

import gzip
import io
import zipfile

import pytest

from tests.unit.adapters.formats.csv.tables import HEADER, ROW, read, survey, text_of
from upominek.domain.errors import TableUnreadable


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"\xff\xfe", "file_empty"),
        (b" \r\n\t\n", "file_empty"),
        (b";;;\r\n;;;\r\n", "file_empty"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "file_is_xlsx"),
        (zipped("mimetype"), "file_is_ods"),
        (zipped("invoices.csv").replace(b"opendocument", b"OPENDOCUMENT"), "file_is_archive"),
        (gzip.compress(b"id;nr", mtime=0), "file_is_archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "file_is_xls"),
        (b"%PDF-1.7\n%\xe2\xe3", "file_is_pdf"),
        (b"{\\rtf1\\ansi", "file_is_rtf"),
        (b"<!DOCTYPE html><html>", "file_is_html"),
        (b"\n  <table><tr><td>id</td></tr></table>", "file_is_html"),
        (b'<?xml version="1.0"?><Faktura/>', "file_is_xml"),
        (b'[{"id": 1}]', "file_is_json"),
        (b"\x89PNG\r\n\x1a\n", "file_is_image"),
        (bytes(range(256)) * 4, "file_is_binary"),
        (b"\x01\x02\x03\x04 some text", "file_is_binary"),
        (text_of(*[ROW] * 5000).encode() + b"K2;\0;FV/2;2026-03-02;1,00\n", "file_is_binary"),
        (text_of(ROW).encode() + b"K2;\0;FV/2;2026-03-02;1,00\n", "file_is_binary"),
        (b"Zestawienie faktur\nza marzec\n", "header_missing"),
        (b"K1;FV/1;2026-03-02;100,00\n", "header_missing"),
        (text_of().encode(), "no_rows"),
        (text_of().encode().rstrip(), "no_rows"),
        (text_of().encode() + b";;;;\r\n\r\n", "no_rows"),
        (b"id;nr\nK1;FV/1\n", "columns_missing"),
        (b"x" * 100_000, "row_too_long"),
        (b" " * 100_000, "row_too_long"),
        (b"\n" * 100_000, "row_too_long"),
        (b"id;" * 30_000, "row_too_long"),
        (b"id;" + b"nr;" * 300 + b"\nx\n", "too_many_columns"),
    ],
)
def test_one_clear_error(content: bytes, code: str) -> None:
    with pytest.raises(TableUnreadable) as error:
        survey(content, block=4096)

    assert error.value.code == code
    assert error.value.pl
    assert error.value.en


def test_a_spreadsheet_is_told_how_to_become_a_csv() -> None:
    with pytest.raises(TableUnreadable) as error:
        survey(zipped("xl/workbook.xml"))

    assert "Zapisz jako" in error.value.pl
    assert "Save as" in error.value.en


def test_the_error_names_what_is_missing() -> None:
    with pytest.raises(TableUnreadable) as error:
        survey(b"Nazwa;Termin\nx;2026-03-02\n")

    assert "„Numer faktury”" in error.value.pl
    assert "“Amount”" in error.value.en
    assert "Termin" not in error.value.pl


def test_excels_own_separator_line_is_no_row() -> None:
    content = b"sep=|\r\n" + text_of(ROW, separator="|").encode()

    assert survey(content).format.separator == "|"
    assert [row.row for row in read(content)] == [2]


def test_empty_rows_above_the_header_count() -> None:
    content = b"\r\n;;;;\r\n" + text_of(ROW).encode()

    assert [row.row for row in read(content)] == [4]


def test_the_separator_is_the_one_that_makes_sense_of_the_header() -> None:
    header = ("Id kontrahenta", '"Numer, faktury"', '"Termin, płatności"', '"Kwota, brutto"')
    content = text_of(("K1", "FV/1", "2026-03-02", "1,00"), header=header).encode()

    assert survey(content).format.separator == ";"


def test_a_header_may_be_quoted_and_have_empty_cells_on_its_right() -> None:
    header = (*(f'"{name}"' for name in HEADER), "", "", "")
    content = text_of((*ROW, "", "", ""), header=header).encode()

    assert survey(content).format.header == HEADER
    assert len(read(content)) == 1


def test_columns_that_mean_nothing_here_are_named() -> None:
    content = text_of((*ROW, "x", "y"), header=(*HEADER, "Uwagi", " Magazyn ")).encode()

    assert survey(content).ignored == ("Uwagi", "Magazyn")


def test_ten_thousand_empty_columns_on_the_right_are_no_columns() -> None:
    content = text_of(ROW, header=(*HEADER, *[""] * 10_000)).encode()

    assert len(read(content)) == 1
