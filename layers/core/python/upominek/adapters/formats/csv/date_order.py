"""Whether a file's dates have the month first, as in America: decided on the whole file, since one date cannot tell.

`3/10/2026` is 3 October here. Where the same column has `03/13/2026`, which can only be 13 March, and nothing that can
only be the other way round, all its dates are of that order, and none must be taken for something else.

Looking into every cell would take as long as reading them. So the first rows are looked into; only where they have
dates like these is the rest searched, and a row looked into where a pattern finds such a date in its bytes.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from upominek.adapters.formats.csv.grammar import Grammar

FIRST_ROWS: Final = 1000
"""A column of dates with the day, or the month, first shows it by then."""

_LITTLE: Final = rb"(?:0?[1-9]|1[0-2])"
_LARGE: Final = rb"(?:1[3-9]|2[0-9]|3[01])"
_YEAR: Final = rb"(?:(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9/-])"
_START: Final = rb"(?<![0-9/-])"
_MONTH_FIRST: Final = re.compile(_START + _LITTLE + rb"([/-])" + _LARGE + rb"\1" + _YEAR)
_DAY_FIRST: Final = re.compile(_LARGE + rb"([/.-])" + _LITTLE + rb"\1" + _YEAR)
_EITHER: Final = re.compile(rb"[0-9]{1,2}([/-])[0-9]{1,2}\1" + _YEAR)


class MonthFirst(NamedTuple):
    """A date that can only have the month first."""

    row: int
    text: str


class DateOrder:
    """Collects, column by column, what shows the order of day and month."""

    def __init__(self, separator: str) -> None:
        self._grammar = Grammar(separator)
        self._month_first: dict[int, MonthFirst] = {}
        self._day_first: set[int] = set()
        self._rows_left = FIRST_ROWS
        self._has_such_dates = False

    def add(self, piece: bytes, records: Sequence[bytes], first_row: int) -> None:
        """Take further rows into account.

        Args:
            piece: the rows together.
            first_row: the number of the first.
        """
        first, rest = records[: self._rows_left], records[self._rows_left :]
        self._rows_left -= len(first)
        for row, record in enumerate(first, first_row):
            for column, cell in self._cells(record):
                self._look_into(row, column, cell)
        if self._has_such_dates and rest and _MONTH_FIRST.search(piece):
            for row, record in enumerate(rest, first_row + len(first)):
                if _MONTH_FIRST.search(record):
                    for column, cell in self._cells(record):
                        self._look_into(row, column, cell)

    def _look_into(self, row: int, column: int, cell: bytes) -> None:
        if not cell[:1].isdigit():
            return
        if _MONTH_FIRST.match(cell):
            self._has_such_dates = True
            self._month_first.setdefault(column, MonthFirst(row, cell.decode("ascii", "replace")))
        elif _DAY_FIRST.match(cell):
            self._day_first.add(column)
        self._has_such_dates = self._has_such_dates or _EITHER.match(cell) is not None

    def month_first(self, columns: Iterable[int]) -> MonthFirst | None:
        """A date that shows that one of these columns has the month first; None where none has, or has both orders."""
        shown = {column: found for column, found in self._month_first.items() if column not in self._day_first}
        return min((shown[column] for column in columns if column in shown), default=None)

    def _cells(self, record: bytes) -> Iterable[tuple[int, bytes]]:
        cells = self._grammar.cells(record.decode("latin-1").rstrip("\r\n"))
        return enumerate(cell.strip(" '").encode("latin-1") for cell in cells)
