"""Formats of files that come in, and what is read of a file in any of them.

A file is read twice. A survey goes through it once, to learn what only the whole file can tell and where it may be cut;
then its parts are read, one after another or side by side, by whoever has the survey's words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, runtime_checkable

from upominek.domain.receivables.asks import Ask
from upominek.domain.receivables.events import CaseHeld, Statement
from upominek.domain.receivables.rejects import Rejected
from upominek.domain.receivables.remarks import Remark

ANSWERS: Final = "answers"
"""Where the words of a format have what a person answered, see `domain/receivables/asks.py`."""

HEAD_BYTES: Final = 64 * 1024
"""What a format is recognised by: so much of the beginning of a file, or all of it."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of the file that can be read by itself.

    Attributes:
        start, stop: the bytes from `start` up to, not including, `stop`.
        first_row: the number of its first row as a spreadsheet shows it; where there are no rows, as the file's
            statements are counted.
    """

    start: int
    stop: int
    first_row: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What the whole file told; kept as JSON with an import until it is done.

    Attributes:
        format: how to read any part, in the format's own words: JSON values. The report has those that are texts or
            numbers.
        chunks: together all statements of the file, in order. A file that cannot be cut is one chunk.
        ignored: columns, or other parts, that mean nothing here.
    """

    format: Mapping[str, Any]
    chunks: tuple[Chunk, ...]
    ignored: tuple[str, ...] = ()


class Accepted(Protocol):
    """A statement that can be taken."""

    @property
    def row(self) -> int:
        """Where it stands, as people find it; see `Chunk.first_row`."""
        ...

    @property
    def invoice(self) -> tuple[str, str] | None:
        """Debtor and number of the invoice that it states; None where it states something else."""
        ...

    @property
    def fingerprint(self) -> bytes | None:
        """What it is compared with others by (`repeats.fingerprint`); None where the same twice is two things."""
        ...

    @property
    def remarks(self) -> Sequence[Remark]:
        """What was not understood of it, though it is taken; mostly nothing."""
        ...

    def stated(self, at: datetime) -> Statement:
        """What it says.

        Args:
            at: UTC time as of which the file speaks, for statements that have no time of their own.
        """
        ...

    def holds(self, at: datetime) -> Sequence[CaseHeld]:
        """What must not be addressed until a person has looked, since it says too little; mostly nothing."""
        ...


class StatementReader(Protocol):
    """Reads the parts of one file."""

    @property
    def number_column(self) -> str:
        """What the file calls an invoice's number, for rejects."""
        ...

    def read(self, blocks: Iterable[bytes], first_row: int) -> Iterator[Accepted | Rejected]:
        """The statements of a chunk in order, each with its row.

        Args:
            blocks: the bytes of the chunk, in pieces of any size.
            first_row: as the survey says.

        Raises:
            TableUnreadable: the bytes are not those that were surveyed.
        """
        ...


@runtime_checkable
class Asking(Protocol):
    """A reader that may have something to ask; its format keeps the answers in `Survey.format`, under `ANSWERS`."""

    @property
    def columns(self) -> Sequence[str]:
        """All that the file has, by name."""
        ...

    def asks(self) -> Sequence[Ask]:
        """What a person has to be asked of the rows read so far."""
        ...


def asked_by(reader: StatementReader) -> Sequence[Ask]:
    """What the reader has to ask; most readers never do."""
    return reader.asks() if isinstance(reader, Asking) else ()


class SourceFormat(Protocol):
    """One format. What needs a library imports it when it surveys or reads, not when it is asked to recognise."""

    @property
    def may_be_full_list(self) -> bool:
        """Whether such a file can list all open invoices, so that what it lacks is settled."""
        ...

    def recognises(self, head: bytes) -> bool:
        """Whether the file is of this format.

        Args:
            head: `HEAD_BYTES` of it, or all of it.
        """
        ...

    def survey(self, blocks: Iterable[bytes], *, chunk_bytes: int) -> Survey:
        """Go through a file once, in memory that does not depend on its length.

        Args:
            blocks: the whole file in order, in pieces of any size.
            chunk_bytes: about how long a chunk shall be, where the file can be cut.

        Raises:
            TableUnreadable: nothing of it can be taken; read no further.
        """
        ...

    def reader(self, form: Mapping[str, Any]) -> StatementReader:
        """The reader of a file with this `Survey.format`, fresh or stored since."""
        ...


class SourceFormats(Protocol):
    """All formats that are known."""

    def of(self, head: bytes) -> str:
        """The name of the format of a file that begins so; see `SourceFormat.recognises`.

        What no format recognises is given to the one whose survey says what it is instead.
        """
        ...

    def named(self, name: str) -> SourceFormat:
        """The format of this name. Raises: NotUnderstood: another version knows it."""
        ...
