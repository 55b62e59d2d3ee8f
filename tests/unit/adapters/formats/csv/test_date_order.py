"""A file of dates with the month first is refused as a whole; one slip in a file of Polish dates costs its row."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.formats.csv.tables import blocks_of, read, rejects, survey, text_of
from upominek.adapters.formats.csv.payments import FORMAT as PAYMENTS
from upominek.adapters.formats.csv.rows import GoodRow
from upominek.domain.errors import TableUnreadable

HEADER = ("Id kontrahenta", "Numer faktury", "Data wystawienia", "Termin płatności", "Kwota brutto")


def table(*dues: str, number: str = "FV/{}", issued: str = "") -> bytes:
    rows = ((f"K{row}", number.format(row), issued, due, "1,00") for row, due in enumerate(dues))
    return text_of(*rows, header=HEADER).encode()


def refusal(content: bytes, **how: int) -> TableUnreadable:
    with pytest.raises(TableUnreadable) as refused:
        survey(content, **how)
    assert refused.value.code == "dates_month_first"
    return refused.value


@pytest.mark.parametrize("shown", ["03/13/2026", "3/13/2026", "3-13-2026", "03/13/26", "3/31/2026 12:00:00 AM"])
@pytest.mark.parametrize("chunk", [1 << 24, 60])
def test_one_date_that_can_only_have_the_month_first_shows_it_of_all(shown: str, chunk: int) -> None:
    content = table(*["3/10/2026"] * 20, shown, "04/01/2026")
    assert "22" in refusal(content, chunk=chunk, block=50).pl
    assert shown in refusal(content).en


def test_a_column_that_shows_the_usual_order_too_has_a_slip() -> None:
    content = table("3/10/2026", "13/03/2026", "03/13/2026")
    assert [(one.where.row, one.code) for one in rejects(content)] == [(4, "date_invalid")]


def test_the_other_column_of_dates_shows_it_as_well() -> None:
    refusal(table("3/10/2026", issued="2/28/2026"))
    refusal(table("03/13/2026", issued="28.02.2026"))


@pytest.mark.parametrize("number", ["03/13/2026/{}", "3/13/{}", "FV 03/13/2026 {}"])
def test_numbers_of_invoices_are_no_dates(number: str) -> None:
    assert all(isinstance(row, GoodRow) for row in read(table("3/10/2026", "2026-03-02", number=number)))


def test_numbers_like_dates_do_not_hide_the_order_of_a_column() -> None:
    dues = ["3/10/2026"] * 900 + ["25/03/2026", "03/13/2026"]
    assert len(rejects(table(*dues, number="15/03/2026"))) >= 1


def test_other_ways_to_write_dates_are_passed_over() -> None:
    assert len(read(table("2026-03-13", "13.03.2026", "20260313", "13 marca 2026", "2026/3/13"))) == 5


def test_a_file_of_payments_is_judged_by_its_day() -> None:
    content = "Numer faktury;Data wpłaty;Kwota\nFV/1;3/10/2026;1,00\nFV/2;03/13/2026;1,00\n".encode()
    with pytest.raises(TableUnreadable):
        PAYMENTS.survey(blocks_of(content), chunk_bytes=1 << 24)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["3/10/2026", "13/03/2026", "03/13/2026", "2026-03-02"]), min_size=1, max_size=20))
def test_the_verdict_does_not_depend_on_where_the_file_is_cut(dues: list[str]) -> None:
    content = table(*dues)

    def verdict(**how: int) -> str:
        try:
            survey(content, **how)
        except TableUnreadable as error:
            return error.pl
        return ""

    assert verdict() == verdict(block=7, chunk=20) == verdict(block=33, chunk=1)
    assert bool(verdict()) == ("03/13/2026" in dues and "13/03/2026" not in dues)
