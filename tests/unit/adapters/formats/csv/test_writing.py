"""A CSV of ours opens in a Polish Excel, and nothing in it is a formula."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upominek.adapters.formats.csv.writing import ROWS_A_BLOCK, csv_blocks, csv_rows, harmless
from upominek.domain.receivables.rejects import REJECTS_HEADER, reject_line
from upominek.domain.values.problem import Problem, TablePlace


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_rejects_as_a_file() -> None:
    where = TablePlace(7, "Termin płatności")
    reject = Problem(where, "date_invalid", "Nie ma takiej daty; popraw.", "There is no such date.")

    content = b"".join(csv_blocks(REJECTS_HEADER, [reject_line(reject)]))

    assert content.startswith("\ufeffrow;column;code;message_pl;message_en\r\n".encode())
    assert cells_of(content)[1] == ["7", "Termin płatności", "date_invalid", reject.pl, reject.en]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_a_formula(start: str) -> None:
    (row,) = cells_of(b"".join(csv_blocks(["x"], [[f"{start}cmd|' /C calc'!A0"]])))[1:]

    assert row[0].startswith("'")
    assert harmless(f"{start}1") == f"'{start}1"


def test_header_cells_come_from_strangers_too() -> None:
    assert cells_of(b"".join(csv_blocks(["=1+1"], []))) == [["'=1+1"]]


def test_numbers_stay_numbers() -> None:
    assert cells_of(b"".join(csv_blocks(["x"], [[-5]])))[1] == ["-5"]


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=10), min_size=2, max_size=3), max_size=5))
def test_what_was_written_is_read_back(rows: list[list[str]]) -> None:
    content = b"".join(csv_blocks(["a", "b"], rows))

    assert cells_of(content)[1:] == [[harmless(cell) for cell in row] for row in rows]
    assert csv_rows(content) == cells_of(content)


def test_a_long_table_comes_in_pieces() -> None:
    blocks = list(csv_blocks(["x"], ([n] for n in range(ROWS_A_BLOCK * 2 + 1))))

    assert len(blocks) == 3
    assert len(cells_of(b"".join(blocks))) == ROWS_A_BLOCK * 2 + 2


def test_there_is_one_writer_of_csv_for_all_that_the_product_writes() -> None:
    product = Path(__file__).parents[5] / "layers/core/python/upominek"
    writers = {
        path.name for path in product.rglob("*.py") if re.search(r"csv\.(?:writer|DictWriter)", path.read_text("utf-8"))
    }
    assert writers == {"writing.py"}
