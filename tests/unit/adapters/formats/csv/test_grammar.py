"""Rows and cells are the same however the file is cut into blocks."""

import csv
import io
import time
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.formats.csv.tables import blocks_of
from upominek.adapters.formats.csv.grammar import Grammar
from upominek.domain.errors import TableUnreadable

SEPARATORS = st.sampled_from(";,\t|")
# Few different bytes, so that quotation marks, separators and line ends meet in every way.
NASTY = st.text(alphabet='a";\r\n,', max_size=60).map(str.encode)


def rows_of(grammar: Grammar, content: bytes, block: int) -> list[bytes]:
    return [record for batch in grammar.batches(blocks_of(content, block)) for record in batch]


@settings(deadline=None)
@given(NASTY, st.integers(1, 70))
def test_rows_do_not_depend_on_how_the_file_is_cut_into_blocks(content: bytes, block: int) -> None:
    grammar = Grammar(";")

    assert rows_of(grammar, content, block) == rows_of(grammar, content, 1000)


@settings(deadline=None)
@given(NASTY, st.integers(1, 70), st.integers(1, 6))
def test_nor_do_they_where_rows_and_cells_meet_their_limits(content: bytes, block: int, longest_cell: int) -> None:
    grammar = Grammar(";", max_record=40, max_cell=longest_cell)

    def outcome(size: int) -> list[bytes] | None:
        try:
            return rows_of(grammar, content, size)
        except TableUnreadable:
            return None

    assert outcome(block) == outcome(1000)


@settings(deadline=None)
@given(NASTY, st.integers(1, 70))
def test_rows_put_together_are_the_file(content: bytes, block: int) -> None:
    joined = b"".join(rows_of(Grammar(";"), content, block))

    assert joined in {content, content + b"\n"}


@settings(deadline=None)
@given(NASTY)
def test_a_file_cut_between_two_rows_has_the_same_rows(content: bytes) -> None:
    grammar = Grammar(";")
    whole = rows_of(grammar, content, 1000)

    for cut in range(len(whole)):
        first, second = b"".join(whole[:cut]), b"".join(whole[cut:])
        assert rows_of(grammar, first, 1000) + rows_of(grammar, second, 1000) == whole


@settings(deadline=None)
@given(
    st.lists(st.lists(st.text(alphabet='ab";,\t|\r\nł ', max_size=6), min_size=2, max_size=4), min_size=1, max_size=5),
    SEPARATORS,
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.integers(1, 50),
)
def test_what_a_csv_writer_wrote_is_read_back(
    table: list[list[str]], separator: str, quoting: Literal[0, 1], block: int
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, quoting=quoting, lineterminator="\r\n").writerows(table)
    grammar = Grammar(separator)

    records = rows_of(grammar, stream.getvalue().encode(), block)

    assert [grammar.cells(record.decode().rstrip("\r\n")) for record in records] == table


@settings(deadline=None)
@given(NASTY)
def test_many_rows_have_the_cells_that_each_has(content: bytes) -> None:
    grammar = Grammar(";")

    records = [text for record in rows_of(grammar, content, 1000) if (text := record.decode().rstrip("\r\n"))]

    assert grammar.table(records) == [grammar.cells(record) for record in records]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('"ABC" sp. z o.o.;1', ['"ABC" sp. z o.o.', "1"]),
        ('P.P.H.U. "ABC";1', ['P.P.H.U. "ABC"', "1"]),
        ('rura 3/4";1', ['rura 3/4"', "1"]),
        ('"nobody closed;1', ['"nobody closed', "1"]),
        ('"a; ""b""";1', ['a; "b"', "1"]),
        ('"ABC" s.c.;"x;y"', ['"ABC" s.c.', "x;y"]),
        ('"";""', ["", ""]),
        ('"";', ["", ""]),
        ('"', ['"']),
        ("", [""]),
        (";", ["", ""]),
        ('"ABC" x;"', ['"ABC" x', '"']),
    ],
)
def test_quotation_marks_as_people_use_them(row: str, cells: list[str]) -> None:
    assert Grammar(";").cells(row) == cells


def test_rows_are_never_joined_for_their_marks() -> None:
    assert Grammar(";").table(['"a', 'b"']) == [['"a'], ['b"']]


def test_a_mark_that_nobody_closed_swallows_no_rows() -> None:
    content = b'1;"open;x\n2;plain;x\n3;"quoted";x\n'

    assert rows_of(Grammar(";"), content, 5) == [b'1;"open;x\n', b"2;plain;x\n", b'3;"quoted";x\n']


def test_a_quoted_cell_may_have_line_ends() -> None:
    assert rows_of(Grammar(";"), b'1;"a\r\nb\nc"\r\n2;x', 3) == [b'1;"a\r\nb\nc"\r\n', b"2;x\n"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_kind_of_line_end(end: bytes) -> None:
    assert rows_of(Grammar(";"), b"a" + end + b'"b"' + end + end + b"c", 1) == [b"a" + end, b'"b"' + end, end, b"c\n"]


def test_a_row_without_an_end_is_refused_before_it_is_all_read() -> None:
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 65536

    with pytest.raises(TableUnreadable) as error:
        list(Grammar(";").batches(endless()))  # type: ignore[arg-type]

    assert error.value.code == "row_too_long"
    assert taken < 40


@pytest.mark.parametrize(
    "piece", [b'"', b'""', b'";', b';"', b'"a', b'";"', b'"""', b'"\n', b'\n"', b'"a;""', b'x"";"', b';"""abc', b'\r"']
)
def test_no_arrangement_of_marks_takes_long(piece: bytes) -> None:
    content = (b'1;"' + piece * 40 + b"\n") * (300_000 // (len(piece) * 40))
    begin = time.process_time()

    rows_of(Grammar(";"), content, 65536)

    assert time.process_time() - begin < 2
