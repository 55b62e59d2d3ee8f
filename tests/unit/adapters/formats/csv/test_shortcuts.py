"""A short cut never leads anywhere else than the long way."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from upominek.adapters.formats.csv import cells as reading
from upominek.adapters.formats.csv import shortcuts
from upominek.adapters.formats.csv.fields import COLUMNS, Column
from upominek.adapters.formats.csv.shortcuts import MARK
from upominek.domain.errors import InvalidValue

DIGITS = "0123456789"


def nrb(account: str) -> str:
    return f"{98 - int(account + '252100') % 97:02}{account}"


def nip(digits: str) -> str:
    return digits + str(sum(int(d) * w for d, w in zip(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11 % 10)


NEAR_MISSES = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=DIGITS + " -+.,PL\u00a0" + MARK, max_size=30),
    st.text(alphabet="aA0.-_+@" + MARK, max_size=20).map(lambda text: f"{text}@firma.pl"),
    st.text(alphabet="aA0.-_ł", min_size=1, max_size=12).map(lambda text: f"jan@{text}.pl"),
    st.sampled_from(["test", "local", "localhost", "invalid", "arpa", "onion", "example", "xn--a", "c", "com"]).map(
        lambda text: f"jan@firma.{text}"
    ),
    st.text(alphabet=DIGITS, min_size=9, max_size=9).map(nip),
    st.text(alphabet=DIGITS, min_size=24, max_size=24).map(nrb),
    st.text(alphabet=DIGITS, min_size=24, max_size=24).map(lambda text: f"PL{nrb(text)}"),
    st.from_regex(r"(\+48 ?|0)?\(?[1-9][0-9]\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}", fullmatch=True),
    st.from_regex(r"(\+48 ?)?[4-8][0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,4}([ .,\u00a0][0-9]{3}){0,2}([.,][0-9]{1,3})?( zł)?", fullmatch=True),
    st.sampled_from(
        [
            "K1",
            "FV/1/2026",
            "1,2E+11",
            "5E+10",
            "5E10",
            "#1",
            "=1",
            "'1",
            "a b",
            "a  b",
            " a",
            "a ",
            "Łódź",
            "MichaĹ‚",
            "x" * 201,
        ]
    ),
)


@pytest.mark.parametrize("column", [pytest.param(one, id=name) for name, one in COLUMNS.items() if one.plain])
@settings(deadline=None)
@given(cells=st.lists(NEAR_MISSES, min_size=1, max_size=5))
@example(cells=["K1", f"K2{MARK}K3"])
@example(cells=["0000000000", "5261040828", "5261040829", "", "526-104-08-28"])
@example(cells=["512345678", "+48512345678", "+48+48512345678", "21112345678"])
@example(cells=["61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874", "PLPL61109010140000071219812874"])
def test_plain_cells_mean_what_their_readers_say(column: Column, cells: list[str]) -> None:
    read = column.read or reading.read_debtor_id

    assert column.plain is not None
    for cell, plain in zip(cells, column.plain(cells), strict=True):
        assert plain in {"", read(cell) if plain else ""}


@settings(deadline=None)
@given(st.lists(st.tuples(NEAR_MISSES, st.sampled_from(["", "PLN", "EUR", "JPY", "BHD"])), min_size=1, max_size=5))
@example([("1 234,56", ""), ("1\u00a0234.56", "EUR"), ("1234,56", "JPY"), ("0,50", ""), ("1 23,00", "")])
def test_plain_amounts_mean_what_their_reader_says(cells: list[tuple[str, str]]) -> None:
    amounts, currencies = zip(*cells, strict=True)

    for (cell, currency), plain in zip(cells, shortcuts.plain_amounts(amounts, currencies), strict=True):
        assert plain in {"", reading.read_amount(cell, currency) if plain else ""}


@pytest.mark.parametrize(
    ("shortcut", "cells", "found"),
    [
        (shortcuts.plain_ids, ["K1", "", "K 2"], ["K1", "", ""]),
        (shortcuts.plain_texts, ["Żółta Łódź", "Müller"], ["Żółta Łódź", ""]),
        (shortcuts.plain_emails, ["jan.k@firma.com.pl", "jan@firma.PL"], ["jan.k@firma.com.pl", ""]),
        (shortcuts.plain_phones, ["512 345 678", "", "+48 (22) 123-45-67"], ["+48512345678", "", "+48221234567"]),
        (shortcuts.plain_nips, ["526-104-08-28", "5261040827"], ["5261040828", ""]),
        (
            shortcuts.plain_accounts,
            ["61 1090 1014 0000 0712 1981 2874", "62 1090 1014 0000 0712 1981 2874"],
            ["PL61109010140000071219812874", ""],
        ),
    ],
)
def test_plain_cells_are_found(shortcut: shortcuts.Shortcut, cells: list[str], found: list[str]) -> None:
    assert list(shortcut(cells)) == found


def test_plain_amounts_are_found() -> None:
    cells = ["1 234,56", "12345678.90", "1\u00a0234\u00a0567,00", "0,50", "12"]

    found = shortcuts.plain_amounts(cells, ["", "EUR", "PLN", "", ""])

    assert found == ["123456 PLN", "1234567890 EUR", "123456700 PLN", "", ""]


@settings(deadline=None)
@given(st.from_regex(r"[1-9][0-9]{0,7}[.,][0-9]{2}", fullmatch=True))
def test_amounts_survive_the_detour(cell: str) -> None:
    try:
        assert shortcuts.plain_amounts([cell], [""]) == [reading.read_amount(cell, "")]
    except InvalidValue:
        pytest.fail("a plain amount is an amount")
