"""Letters and their batches, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from threading import RLock

from upominek.domain.letters.stored_letter import Batch, StoredLetter


class MemoryLetterRepository:
    """By creditor, day and id."""

    def __init__(self) -> None:
        self._letters: dict[tuple[str, date, str], StoredLetter] = {}
        self._batches: dict[tuple[str, date, int], Batch] = {}
        self._lock = RLock()

    def add(self, letter: StoredLetter) -> StoredLetter:
        """Remember the letter, if its day and id are free; returns the one that stands there now."""
        with self._lock:
            return self._letters.setdefault((letter.creditor, letter.day, letter.id), letter)

    def find(self, creditor: str, day: date, letter_id: str) -> StoredLetter | None:
        """The letter, or None."""
        return self._letters.get((creditor, day, letter_id))

    def of(self, creditor: str, day: date | None = None) -> Sequence[StoredLetter]:
        """The creditor's letters, of a day or all, by day and id."""
        return [
            letter
            for (owner, its_day, _), letter in sorted(self._letters.items())
            if owner == creditor and day in {None, its_day}
        ]

    def remove(self, letter: StoredLetter) -> None:
        """Strike it off the list."""
        with self._lock:
            self._letters.pop((letter.creditor, letter.day, letter.id), None)

    def batches(self, creditor: str, day: date) -> Sequence[Batch]:
        """The batches of a day by number."""
        return [one for key, one in sorted(self._batches.items()) if key[:2] == (creditor, day)]

    def open_batch(self, batch: Batch) -> bool:
        """Say which letters the batch has; False where the number is taken."""
        with self._lock:
            return self._batches.setdefault((batch.creditor, batch.day, batch.number), batch) is batch

    def close_batch(self, batch: Batch) -> None:
        """Note the hash and the pages of the batch's PDF."""
        key = (batch.creditor, batch.day, batch.number)
        self._batches[key] = replace(self._batches[key], sha256=batch.sha256, pages=batch.pages)
