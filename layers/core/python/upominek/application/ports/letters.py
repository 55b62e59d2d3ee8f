"""Letters, and how they are set."""

from datetime import date
from typing import TYPE_CHECKING, Protocol

from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides

if TYPE_CHECKING:
    # Only what writes messages, makes letters, reckons interest or sweeps needs these; other cold starts do not wait.
    from collections.abc import Sequence

    from upominek.domain.letters.content import LetterContent
    from upominek.domain.letters.letter import Letter
    from upominek.domain.letters.stored_letter import Batch, StoredLetter


class LetterRepository(Protocol):
    """Letters that were made, and the batches in which they are printed."""

    def add(self, letter: "StoredLetter") -> "StoredLetter":
        """Remember the letter, if its day and id are free; returns the one that stands there now. Idempotent."""
        ...

    def find(self, creditor: str, day: date, letter_id: str) -> "StoredLetter | None":
        """A consistent read."""
        ...

    def of(self, creditor: str, day: date | None = None) -> "Sequence[StoredLetter]":
        """The creditor's letters, of a day or all, by day and id; consistent."""
        ...

    def remove(self, letter: "StoredLetter") -> None:
        """Strike it off the list. Idempotent."""
        ...

    def batches(self, creditor: str, day: date) -> "Sequence[Batch]":
        """The batches of a day by number, consistent."""
        ...

    def open_batch(self, batch: "Batch") -> bool:
        """Say which letters the batch has, once and for all; False where the number is taken."""
        ...

    def close_batch(self, batch: "Batch") -> None:
        """Note the hash and the pages of the batch's PDF. Idempotent."""
        ...


class Typesetter(Protocol):
    """Letters made into PDF; the same content gives the same bytes."""

    def letter(self, content: "LetterContent", overrides: Overrides = NO_OVERRIDES) -> "Letter":
        """One letter.

        Raises:
            InvalidValue: `template_not_found`, `template_invalid`, `letter_not_set`.
        """
        ...
