"""Files made to break something end early, in little memory."""

import tracemalloc
from collections.abc import Iterator

import pytest

from tests.unit.adapters.formats.csv.tables import ROW, text_of
from upominek.adapters.formats.csv.rows import InvoiceTable
from upominek.adapters.formats.csv.survey import survey_table
from upominek.domain.errors import TableUnreadable
from upominek.domain.receivables.rejects import Rejected

MEGABYTE = 1 << 20
START = text_of(ROW).encode()


class Source:
    """A file that goes on for a gigabyte, of which is counted what is asked for."""

    def __init__(self, start: bytes, block: bytes) -> None:
        self._start = start
        self._block = block
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in (self._start, *[self._block] * (1024 * MEGABYTE // len(self._block))):
            self.taken += len(block)
            yield block


@pytest.mark.parametrize(
    ("start", "block"),
    [
        (b"", b"x" * MEGABYTE),
        (b"", b" " * MEGABYTE),
        (b"", b"\n" * MEGABYTE),
        (b"", b"\0" * MEGABYTE),
        (b"", b"id;" * (MEGABYTE // 3)),
        (b"\xff\xfe", "x".encode("utf-16-le") * MEGABYTE),
        (START, b"x" * MEGABYTE),
        (START, b";" * MEGABYTE),
        (START, b'"' * MEGABYTE),
        (START, b'"";' * (MEGABYTE // 3)),
        (START, b"\0" * MEGABYTE),
        (START, b"\xff" * MEGABYTE),
    ],
)
def test_a_gigabyte_of_nothing_ends_early(start: bytes, block: bytes) -> None:
    source = Source(start, block)
    tracemalloc.start()
    with pytest.raises(TableUnreadable) as error:
        survey_table(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert error.value.code in {"row_too_long", "file_is_binary", "too_many_columns"}
    assert source.taken < 8 * MEGABYTE
    assert peak < 80 * MEGABYTE


def test_a_million_columns_are_too_many() -> None:
    with pytest.raises(TableUnreadable):
        survey_table([b"id;" * 1_000_000])


def test_a_million_cells_in_a_row_reject_that_row() -> None:
    found = survey_table([START, b"x;" * 500_000 + b"\n"])

    rows = list(InvoiceTable(found.format).read([START[found.chunks[0].start :], b"x;" * 500_000 + b"\n"], 2))

    assert [isinstance(row, Rejected) for row in rows] == [False, True]


def test_memory_does_not_grow_with_the_file() -> None:
    block = text_of(*(("K", "Żółw", f"FV/{n}", "2026-03-02", "1,00") for n in range(2000))).encode()
    block = block[block.index(b"\n") + 1 :]
    header = text_of().encode()

    def peak(blocks: int) -> int:
        tracemalloc.start()
        found = survey_table([header, *[block] * blocks], chunk_bytes=MEGABYTE)
        for _ in InvoiceTable(found.format).read([block] * blocks, 2):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(8) < peak(2) * 1.2
