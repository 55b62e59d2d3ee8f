"""What is wrong with something from outside: where, what it is, and how to mend it.

A problem is data, not an error: a file or a message has many, and all of them are told at once.
"""

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from upominek.domain.errors import UpominekError


class FilePlace(NamedTuple):
    """A place in a text file, lines and columns from 1."""

    file: str
    line: int
    column: int

    @classmethod
    def at(cls, file: str, source: str, offset: int) -> "FilePlace":
        """The place of a character of the file's text."""
        before = source[:offset]
        return cls(file, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)

    def __str__(self) -> str:  # type: ignore[explicit-override]  # of Python 3.12
        """`file:line:column`, as editors know it."""
        return f"{self.file}:{self.line}:{self.column}"


class TablePlace(NamedTuple):
    """A cell of a table, or a whole row of it.

    Attributes:
        row: as a spreadsheet numbers it; the header is row 1.
        column: the header as it stands in the file; empty when the row as a whole is at fault.
    """

    row: int
    column: str


class JsonPlace(NamedTuple):
    """A value in a JSON message, or the field of a form.

    Attributes:
        pointer: RFC 6901, such as `/data/amount`; empty for the message as a whole.
    """

    pointer: str


Place = FilePlace | TablePlace | JsonPlace | None
"""None: the thing as a whole."""

P = TypeVar("P", bound=Place)
P_co = TypeVar("P_co", bound=Place, covariant=True)


@dataclass(frozen=True, slots=True)
class Problem(Generic[P_co]):
    """One thing to mend, or to know.

    Attributes:
        code: for programs.
        pl, en: a sentence that says how to mend it, without repeating personal data.
    """

    where: P_co
    code: str
    pl: str
    en: str


def problem_of(error: UpominekError, where: P) -> Problem[P]:
    """What an error says, as the problem of a place."""
    return Problem(where, error.code, error.pl, error.en)
