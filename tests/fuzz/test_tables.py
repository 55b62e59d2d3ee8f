"""Tables that were spoilt: each row is taken or told with its place and reason, or the whole is no table."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.bounds import tries
from tests.fuzz.documents import JUNK_TEXT, torn
from tests.worlds.intake_world import IntakeWorld
from upominek.adapters.formats.csv.writing import FORMULA_STARTS
from upominek.application.intake.import_report import report_of
from upominek.domain.receivables.rejects import REJECTS_HEADER

HEADER = "Id kontrahenta;Nazwa;NIP;Telefon;E-mail;Numer faktury;Termin płatności;Kwota brutto;Zapłacono;Waluta"
ROWS = [
    "K-1;Żółta Łódź sp. z o.o.;5261040828;512 345 678;biuro@example.com;FV/1;2026-03-16;1 234,56;;PLN",
    'K-2;"Bud; ""Dom""";;+48 22 123 45 67;;FV/2;16.03.2026;100,00 zł;40,00;PLN',
    "K-3;Jan Ćwięk;;;jan@example.com;FV/3;2026-03-17;-50,00;;EUR",
    '"K-4";"Linia\r\ndruga";;;;"FV/4";"2026-03-18";"10,00";"0";"PLN"',
    ";;;;;;;;;",
    "Razem;;;;;;;1 294,56;;",
]
CELL = st.one_of(
    st.sampled_from(JUNK_TEXT), st.sampled_from(["=1+1", "@SUM(A1)", '"', '"a', "a\nb", "1,2,3"]), st.text(max_size=30)
)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table of some rows, good ones and ones of junk, in one of the encodings that spreadsheets write."""
    rows = draw(
        st.lists(
            st.one_of(st.sampled_from(ROWS), st.lists(CELL, min_size=1, max_size=12).map(";".join)),
            min_size=1,
            max_size=12,
        )
    )
    text = draw(st.sampled_from(["\r\n", "\n", "\r"])).join([HEADER, *rows])
    if draw(st.booleans()):
        text = text.replace(";", draw(st.sampled_from([",", "\t", "|"])))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1250", "iso8859-2", "utf-16", "utf-16-le"]))
    return text.encode(encoding, "replace")


def taken_in(content: bytes) -> None:
    """What holds of any file whatever."""
    world = IntakeWorld()
    record = world.drop("incoming/hurt/faktury.csv", content)
    assert record is not None
    assert record.state in {"done", "failed"}
    report = report_of(record)
    if record.state == "failed":
        assert report["error"]["code"]
        assert report["error"]["message"]["pl"] != report["error"]["message"]["en"]
        assert not world.table.invoices
        assert not world.table.cases
        return
    assert report["rows"] == report["accepted"] + report["rejected"]
    assert len(world.table.invoices) <= report["accepted"]
    assert bool(report["rejects_file"]) is bool(report["rejected"])
    if report["rejects_file"]:
        raw = world.files.files[report["rejects_file"]].decode("utf-8-sig")
        header, *rejects = csv.reader(io.StringIO(raw, newline=""), delimiter=";")
        assert tuple(header) == REJECTS_HEADER
        assert len({row for row, *_ in rejects}) == report["rejected"]
        for row, column, code, pl, en in rejects:
            assert int(row) > 1
            assert code
            assert pl
            assert en
            assert not column.startswith(FORMULA_STARTS)


@given(content=tables())
@tries(120)
def test_each_row_is_taken_or_told(content: bytes) -> None:
    taken_in(content)


@given(content=torn(tables()))
@tries(160)
def test_a_torn_file_is_still_a_table_or_none(content: bytes) -> None:
    taken_in(content)


@given(
    content=st.one_of(st.binary(max_size=3000), st.text(max_size=1000).map(lambda text: text.encode(errors="replace")))
)
@tries(100)
def test_noise_is_no_table(content: bytes) -> None:
    taken_in(content)
    world = IntakeWorld()
    world.drop("incoming/hurt/faktury.csv", content)
    assert not world.table.invoices
