"""Where a row ends and where a cell ends: RFC 4180 as exporters really write it.

A cell that begins with a quotation mark, and whose closing mark stands directly before a separator or a line end, is
quoted: it may hold separators, line ends and doubled marks. Any other quotation mark is an ordinary character, as in
`"ABC" sp. z o.o.`, `rura 3/4"` or a mark that nobody closed; a reader that believes every opening mark would swallow
the rows up to the next one. Every byte string is a sequence of rows in this grammar, so there is nothing to fail at,
and one definition serves both the cutting into chunks and the reading: the two can never disagree.

Rows are found in bytes. All encodings here share ASCII's bytes for the separator, quotation mark and line ends (UTF-16
is turned into UTF-8 before), hence rows can be found before the encoding is known.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from upominek.adapters.formats.csv.limits import MAX_CELL_BYTES, MAX_RECORD_BYTES
from upominek.adapters.formats.csv.unreadable import record_too_long

QUOTE = '"'
BLANK = ' \t\r\n;,|"\x1a'
"""What a row without anything in it may consist of; old DOS programs end a file with the last of these."""


class Grammar:
    """Rows and cells for one separator.

    Args:
        separator: one ASCII character.
        max_record, max_cell: see `limits`; smaller in tests.
    """

    def __init__(self, separator: str, *, max_record: int = MAX_RECORD_BYTES, max_cell: int = MAX_CELL_BYTES) -> None:
        self.separator = separator
        self._max_record = max_record
        self._max_cell = max_cell
        # With this much in hand, what a row is cannot depend on bytes that are still to come.
        self._foresight = max_record + 2 * max_cell + 4
        mark = re.escape(separator.encode("ascii"))
        end = rb"(?=[" + mark + rb"\r\n])"
        body = rb'"[^"]*+(?:""[^"]*+)*+'
        # The growing pattern lets a quoted cell run to the end of the buffer, since its end may be in the next block.
        self._growing = _record(mark, body + rb'(?:"' + end + rb'|"?\Z)')
        self._complete = _record(mark, body + rb'"' + end)
        self._bounded = _record(mark, rb'"(?:[^"]|""){0,%d}+"' % max_cell + end)
        self._cell = re.compile(r'"((?:[^"]|"")*+)"(?=[{0}]|\Z)|[^{0}]*+'.format(re.escape(separator)))
        # Looks for the mark first and for what is before it second, since marks are rare.
        self._opening = re.compile(rb'"(?<=[' + mark + rb'\r\n]")')
        self._quoted_start = separator + QUOTE
        self._quoted_end = QUOTE + separator

    def batches(self, blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
        """The rows, each with its line end, in lists of about a block.

        Raises:
            TableUnreadable: a row is longer than `limits` allow.
        """
        rest = b""
        for block in blocks:
            records, rest = self._split(rest + block, is_last=False)
            if records:
                yield records
        if rest:
            yield self._split(rest if rest.endswith((b"\n", b"\r")) else rest + b"\n", is_last=True)[0]

    def table(self, records: Sequence[str]) -> list[list[str]]:
        """The cells of many rows (without their line ends, none empty), unquoted."""
        if records and records[0].startswith(QUOTE):
            # Probably all cells are quoted, which one reader for all rows does fastest. Were a mark left open, the
            # reader would complain or make one row of two.
            with suppress(csv.Error):
                table = list(csv.reader(records, delimiter=self.separator, strict=True))
                if len(table) == len(records):
                    return table
        separator = self.separator
        return [self.cells(record) if QUOTE in record else record.split(separator) for record in records]

    def cells(self, record: str) -> list[str]:
        """The cells of one row (without its line end), unquoted."""
        if QUOTE not in record or not self._may_be_quoted(record):
            return record.split(self.separator)
        try:
            return next(csv.reader((record,), delimiter=self.separator, strict=True))
        except csv.Error:
            return list(self._literal_cells(record))

    def _may_be_quoted(self, record: str) -> bool:
        """Whether some cell begins and some cell ends with a quotation mark."""
        begins = record[0] == QUOTE or self._quoted_start in record
        return begins and (record[-1] == QUOTE or self._quoted_end in record)

    def _literal_cells(self, record: str) -> Iterator[str]:
        """The cells of a row in which some quotation mark is an ordinary character."""
        position = 0
        while position <= len(record):
            found = self._cell.match(record, position)
            assert found is not None  # noqa: S101 - the pattern matches the empty text as well
            yield found.group() if found.lastindex is None else found[1].replace('""', QUOTE)
            position = found.end() + 1

    def _split(self, buffer: bytes, *, is_last: bool) -> tuple[list[bytes], bytes]:
        """The rows that are certainly complete, and what is left for the next block."""
        if self._opening.search(buffer) is None and not buffer.startswith(b'"'):
            records = buffer.splitlines(keepends=True)  # no cell is quoted
        else:
            records = (self._complete if is_last else self._growing).findall(buffer)
        # The last row may go on in the next block, even behind a line end: inside quotes, or with the \n of a \r\n.
        rest = b"" if is_last or not records else records.pop()
        if len(rest) > self._foresight or max(map(len, records), default=0) > self._max_cell:
            return self._split_carefully(buffer, is_last=is_last)
        return records, rest

    def _split_carefully(self, buffer: bytes, *, is_last: bool) -> tuple[list[bytes], bytes]:
        """The same where a row is long enough to meet a limit: exact, and slower."""
        records: list[bytes] = []
        position = 0
        while position < len(buffer) and (is_last or len(buffer) - position > self._foresight):
            found = self._bounded.match(buffer, position)
            assert found is not None  # noqa: S101 - any text begins with a row
            if found.end() - position > self._max_record:
                raise record_too_long()
            records.append(found.group())
            position = found.end()
        return records, buffer[position:]


def _record(mark: bytes, quoted: bytes) -> re.Pattern[bytes]:
    # Atomic and possessive throughout: each byte is looked at once, whatever the file holds.
    cell = rb"(?>" + quoted + rb"|[^" + mark + rb"\r\n]*+)"
    return re.compile(rb"(?!\Z)" + cell + rb"(?:" + mark + cell + rb")*+(?:\r\n?|\n|\Z)")
