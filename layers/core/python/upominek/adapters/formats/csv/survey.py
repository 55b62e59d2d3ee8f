"""One pass over the whole file, to learn what no part of it can tell.

It settles the encoding, counts the rows, and says where the file may be cut. Quoted line ends make it impossible to
cut from the middle: whether a byte is inside quotes depends on everything before it. Counting rows on the way also
gives each chunk the number of its first row, so that rejects name the row that the spreadsheet shows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from upominek.adapters.formats.csv.columns import match_columns
from upominek.adapters.formats.csv.date_order import DateOrder
from upominek.adapters.formats.csv.encoding import (
    Evidence,
    ascii_compatible,
    is_garbled,
    is_utf_16,
    rows_encoding,
)
from upominek.adapters.formats.csv.fields import DATES
from upominek.adapters.formats.csv.grammar import BLANK, Grammar
from upominek.adapters.formats.csv.limits import MAX_HEADER_BYTES
from upominek.adapters.formats.csv.opening import Opening, file_binary, header_cells, read_opening
from upominek.adapters.formats.csv.unreadable import (
    dates_month_first,
    encoding_dos,
    header_garbled,
    no_rows,
)
from upominek.application.ports.formats import Chunk
from upominek.domain.receivables.asks import Answers

CHUNK_BYTES = 16 * 1024 * 1024
BLANK_BYTES = BLANK.encode()


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How to read any part of the file.

    Attributes:
        encoding: Python's name of it.
        separator: one ASCII character.
        header: the column names as they stand in the file.
        header_row: where, as a spreadsheet numbers it; below titles where it is not 1.
        answers: what a person has said of its columns; none while it is surveyed.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    header_row: int = 1
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableSurvey:
    """What the whole file told.

    Attributes:
        chunks: together all rows after the header, in order.
        ignored: column names that mean nothing here.
    """

    format: TableFormat
    chunks: tuple[Chunk, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsSurvey:
    """The same for a table of whatever.

    Attributes:
        chunks: none where all rows are blank.
        date_order: what the rows showed of it.
    """

    format: TableFormat
    chunks: tuple[Chunk, ...]
    date_order: DateOrder


def survey_rows(blocks: Iterable[bytes], *, chunk_bytes: int = CHUNK_BYTES) -> RowsSurvey:
    """Go through a file once, in memory that does not depend on its length.

    Args:
        blocks: the whole file in order, in pieces of any size; a megabyte is a good one.
        chunk_bytes: a chunk ends with the first block in which it reaches this size.

    Raises:
        TableUnreadable: the file is no table; read no further.
    """
    rest = iter(blocks)
    first = list(_enough(rest))
    head = b"".join(first)
    opening = read_opening(head[:MAX_HEADER_BYTES], is_whole=len(head) < MAX_HEADER_BYTES)
    evidence = Evidence()
    evidence.add(opening.header)
    date_order = DateOrder(opening.separator)
    body = _after(chain(first, rest), opening.length)
    chunks = tuple(_chunks(body, opening, evidence, date_order, chunk_bytes))
    if opening.encoding is None and evidence.is_dos:
        raise encoding_dos()
    encoding = opening.encoding or evidence.verdict()
    header = header_cells(opening.header, opening.separator, rows_encoding(encoding))
    if (garbled := next(filter(is_garbled, header), None)) is not None:
        raise header_garbled(garbled.strip())
    return RowsSurvey(TableFormat(encoding, opening.separator, tuple(header), opening.header_row), chunks, date_order)


def survey_table(blocks: Iterable[bytes], *, chunk_bytes: int = CHUNK_BYTES) -> TableSurvey:
    """The same for a table of invoices, which must have some.

    Raises:
        TableUnreadable: the file is no table of invoices; read no further.
    """
    found = survey_rows(blocks, chunk_bytes=chunk_bytes)
    if not found.chunks:
        raise no_rows()
    columns = match_columns(found.format.header)
    refuse_month_first(found, (place for field in DATES for place in columns.places.get(field, ())))
    return TableSurvey(found.format, found.chunks, columns.ignored)


def refuse_month_first(found: RowsSurvey, columns: Iterable[int]) -> None:
    """Raises: TableUnreadable: one of these columns of dates has the month first."""
    if (shown := found.date_order.month_first(columns)) is not None:
        raise dates_month_first(shown.row, shown.text)


def _enough(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The first blocks, enough to hold a header; all of them when there are not enough."""
    length = 0
    while length < MAX_HEADER_BYTES and (block := next(blocks, None)) is not None:
        length += len(block)
        yield block


def _after(blocks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The blocks without their first bytes."""
    for block in blocks:
        if length < len(block):
            yield block[length:]
        length = max(0, length - len(block))


def _chunks(
    body: Iterable[bytes], opening: Opening, evidence: Evidence, date_order: DateOrder, chunk_bytes: int
) -> Iterator[Chunk]:
    """Cut the rows after the header; nothing when all of them are blank."""
    counted = _Counted(body)
    start = stop = opening.length
    first_row = row = opening.header_row + 1
    is_blank = True
    for records in Grammar(opening.separator).batches(ascii_compatible(counted, opening.encoding)):
        piece = b"".join(records)
        if b"\0" in piece:
            raise file_binary()
        evidence.add(piece)
        date_order.add(piece, records, row)
        is_blank = is_blank and not piece.translate(None, BLANK_BYTES)
        stop += _source_length(piece, opening.encoding)
        row += len(records)
        if stop - start >= chunk_bytes and not is_blank:
            # The last row may have been given a line end that the file lacks.
            stop = min(stop, opening.length + counted.total)
            yield Chunk(start, stop, first_row)
            start, first_row = stop, row
    if row > first_row and not is_blank:
        yield Chunk(start, opening.length + counted.total, first_row)


def _source_length(piece: bytes, encoding: str | None) -> int:
    return len(piece.decode().encode(encoding)) if encoding and is_utf_16(encoding) else len(piece)


class _Counted:
    """The blocks, with the number of bytes that went through."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self.total = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.total += len(block)
            yield block
