"""Letters that were made: kept as evidence, attached to an e-mail, or gathered in batches to print and post."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from upominek.domain.messages.reminder import PRINT_BATCH, LetterRef
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.values.unknown import Unknown

LARGEST_BATCH: Final = 1000
"""Letters in one batch: what a printer is given at once, and what fits into memory with room to spare."""
FOLDER: Final = "letters"


class Route(StrEnum):
    """What a letter was made for."""

    POST = PRINT_BATCH
    EMAIL = "email"
    RECORD = "record"  # made by hand, to be kept


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLetter:
    """A letter that was made and is kept.

    Attributes:
        day: the creditor's local day on which it was made.
        id: of the reminder that it is; with some digits of its content behind it where it is attached, as it may have
            to be written anew; the beginning of its hash where it was made by hand.
        name, address: the addressee, as the window of the envelope shows it.
        sha256: of the PDF, in hexadecimal digits.
    """

    creditor: str
    debtor: str
    day: date
    id: str
    kind: LetterKind | Unknown
    route: Route | Unknown
    at: datetime
    sha256: str
    pages: int
    name: str
    address: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Where its PDF is: the same letter has the same place, whoever makes it again."""
        return letter_key(self.creditor, self.day, self.id)

    @property
    def sent(self) -> LetterRef:
        """As the reminder names it."""
        return LetterRef(id=self.id, kind=self.kind.value, key=self.key, sha256=self.sha256, pages=self.pages)


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters that are printed together. Which ones is said once and never changes.

    Attributes:
        number: counts from 1 on every day.
        letters: ids, in the order in which they are printed.
        sha256: of the PDF; None until it is there.
    """

    creditor: str
    day: date
    number: int
    made_at: datetime
    letters: tuple[str, ...]
    sha256: str | None = None
    pages: int = 0

    def to_dict(self) -> dict[str, Any]:
        """For programs and logs; `letters` is their number."""
        return {
            "creditor": self.creditor,
            "date": self.day.isoformat(),
            "number": self.number,
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "letters": len(self.letters),
            "pages": self.pages,
            "sha256": self.sha256,
            "key": self.key,
        }

    @property
    def key(self) -> str:
        """Where its PDF is."""
        return f"{FOLDER}/{self.creditor}/{self.day.isoformat()}/batch-{self.number:03}.pdf"

    @property
    def index_key(self) -> str:
        """Where the table of its letters is."""
        return f"{FOLDER}/{self.creditor}/{self.day.isoformat()}/batch-{self.number:03}.csv"


def letter_key(creditor: str, day: date, letter_id: str) -> str:
    """Where the PDF of a letter is."""
    return f"{FOLDER}/{creditor}/{day.isoformat()}/{letter_id}.pdf"


def waiting(letters: Sequence[StoredLetter], batches: Collection[Batch]) -> tuple[StoredLetter, ...]:
    """Letters to be posted that are in no batch yet, in the order in which they are printed: by their addressee.

    One of a kind that another version made waits for a version that knows it.
    """
    gathered = {letter_id for batch in batches for letter_id in batch.letters}
    known = (one for one in letters if not isinstance(one.kind, Unknown))
    rest = [one for one in known if one.route is Route.POST and one.id not in gathered]
    return tuple(sorted(rest, key=lambda one: (one.name, one.debtor, one.id)))
