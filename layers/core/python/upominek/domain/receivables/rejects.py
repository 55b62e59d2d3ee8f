"""What cannot be taken, as data: which row and column, why, and how to mend it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from upominek.domain.values.problem import Problem, TablePlace

REJECTS_HEADER = ("row", "column", "code", "message_pl", "message_en")


Reject = Problem[TablePlace]
"""One bad cell, or one bad row. Neither sentence repeats contact data."""


class Rejected(NamedTuple):
    """A statement that cannot be taken, and all that is wrong with it.

    Attributes:
        row: where it stands; a spreadsheet numbers it so, the header is row 1.
        fingerprint: of the invoice's number and the row as it stands (`repeats.fingerprint`, `is_rejected`). By it good
            rows of the same invoice are rejected too, and a full list does not settle the invoice. None where the
            number is unreadable, so that a full list waits, and where it states no invoice. It has no default, lest it
            be forgotten.
    """

    row: int
    rejects: tuple[Reject, ...]
    fingerprint: bytes | None


def reject_line(one: Reject) -> tuple[int, str, str, str, str]:
    """The reject as one line of the rejects file, and of the files of an import under way."""
    return *one.where, one.code, one.pl, one.en


def reject_of(line: Iterable[Any]) -> Reject:
    """The reject that a line means."""
    row, column, code, pl, en = line
    return Problem(TablePlace(int(row), column), code, pl, en)


def rows_disagree(row: int, column: str, rows: str) -> Reject:
    """The file says two things of one invoice, and nobody here can know which is right."""
    return Problem(
        TablePlace(row, column),
        "rows_disagree",
        pl=f"Ta sama faktura ma różne dane w wierszach {rows}. Zostaw tylko właściwy; jeśli "
        "to raty jednej należności, nadaj każdej własny numer, np. „DEC/1 rata 2”.",
        en=f"The same invoice has different data in rows {rows}. Keep the right one only; if these are "
        "instalments of one claim, give each its own number, such as “DEC/1 part 2”.",
    )
