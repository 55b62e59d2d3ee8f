"""A statement as most formats have it: made of one row, or of one entry, at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, NamedTuple, TypeVar

from upominek.domain.errors import InvalidValue, UpominekError
from upominek.domain.parties.debtor import stated
from upominek.domain.receivables.events import CaseHeld, InvoiceStated, Statement
from upominek.domain.receivables.rejects import Reject, Rejected
from upominek.domain.receivables.remarks import Remark
from upominek.domain.receivables.repeats import fingerprint
from upominek.domain.values.problem import Problem, TablePlace, problem_of

T = TypeVar("T")

MALFORMED: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What code meets in an entry that is not what it should be: broken JSON, a missing key, a list instead of a text."""

_ANY_TIME: Final = datetime.min.replace(tzinfo=UTC)


class StatedRow(NamedTuple):
    """A statement that can be taken.

    Attributes:
        row: where it stands, as people find it.
        say: what it says, as of the file's time; the same each time.
        remarks: what was not understood of it.
    """

    row: int
    say: Callable[[datetime], Statement]
    remarks: tuple[Remark, ...] = ()

    @property
    def invoice(self) -> tuple[str, str] | None:
        """Debtor and number of the invoice that it states."""
        told = self.say(_ANY_TIME)
        return (told.debtor.id, told.number) if isinstance(told, InvoiceStated) else None

    @property
    def fingerprint(self) -> bytes | None:
        """Compares invoices only: two payments that look alike are two payments."""
        told = self.say(_ANY_TIME)
        return fingerprint(told.number, _content(told), self.row) if isinstance(told, InvoiceStated) else None

    def stated(self, at: datetime) -> Statement:
        """What it says as of a UTC time."""
        return self.say(at)

    def holds(self, at: datetime) -> Sequence[CaseHeld]:  # noqa: ARG002 - other rows need it
        """Nothing is left open."""
        return ()


def always(told: Statement) -> Callable[[datetime], Statement]:
    """What to `say` where the statement has a time of its own."""
    return lambda _: told


def read_each(
    entries: Iterable[T],
    first_row: int,
    say: Callable[[T, datetime], Statement],
    *,
    number_of: Callable[[T], str | None],
    column_of: Callable[[T], str] = lambda _: "",
) -> Iterator[StatedRow | Rejected]:
    """The entries in order, each taken or rejected; one that is malformed spoils no other.

    Args:
        entries: as they stand in the file, each with the same `repr` in every process.
        first_row: the place of the first one.
        say: what one says, the same each time; `InvalidValue` or any of `MALFORMED` rejects it.
        number_of: the number of the invoice in one, however bad the rest of it is; None where it states something else.
        column_of: which part of one is to be mended; empty for the whole.
    """
    for row, entry in enumerate(entries, first_row):
        told = partial(say, entry)
        try:
            told(_ANY_TIME)
        except InvalidValue as error:
            yield _rejected(row, entry, problem_of(error, TablePlace(row, column_of(entry))), number_of)
        except UpominekError:
            raise
        except MALFORMED:
            yield _rejected(row, entry, row_malformed(row), number_of)
        else:
            yield StatedRow(row, told)


def row_malformed(row: int) -> Reject:
    """It is not what this format has there."""
    return Problem(
        TablePlace(row, ""),
        "row_malformed",
        pl="Tego wiersza nie da się odczytać: ma złą budowę albo czegoś w nim brakuje. Wyeksportuj plik jeszcze raz.",
        en="This row cannot be read: it is not built as it should be, or lacks something. Export the file again.",
    )


def _rejected(row: int, entry: T, reject: Reject, number_of: Callable[[T], str | None]) -> Rejected:
    try:
        number = number_of(entry)
    except MALFORMED:
        number = None
    return Rejected(row, (reject,), fingerprint(number, repr(entry), row, is_rejected=True) if number else None)


def _content(told: InvoiceStated) -> str:
    """All that is said, in the same words in every process: a set has no order of its own."""
    said = stated(told.debtor).items()
    debtor = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in said}
    return repr((told.debtor.id, debtor, told.header))
