"""A statement as most formats have it: made of one row, or of one entry, at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from upominek.domain.parties.debtor import stated
from upominek.domain.receivables.events import InvoiceStated, Statement
from upominek.domain.receivables.repeats import fingerprint

_ANY_TIME: Final = datetime.min.replace(tzinfo=UTC)


class StatedRow(NamedTuple):
    """A statement that can be taken.

    Attributes:
        row: where it stands, as people find it.
        say: what it says, as of the file's time; the same each time.
    """

    row: int
    say: Callable[[datetime], Statement]

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


def always(told: Statement) -> Callable[[datetime], Statement]:
    """What to `say` where the statement has a time of its own."""
    return lambda _: told


def _content(told: InvoiceStated) -> str:
    """All that is said, in the same words in every process: a set has no order of its own."""
    said = stated(told.debtor).items()
    debtor = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in said}
    return repr((told.debtor.id, debtor, told.header))
