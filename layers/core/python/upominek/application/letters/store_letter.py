"""Keeping letters: as files that nobody changes, and in the list of all that were made."""

from datetime import date
from typing import Final

from upominek.application.ports.files import FileStore
from upominek.application.ports.letters import LetterRepository
from upominek.domain.letters.stored_letter import StoredLetter

PDF: Final = "application/pdf"


class StoreLetter:
    """Stores a letter's PDF and remembers it. What is kept already stays as it is."""

    def __init__(self, files: FileStore, letters: LetterRepository) -> None:
        self._files = files
        self._letters = letters

    def __call__(self, letter: StoredLetter, pdf: bytes) -> StoredLetter:
        """Keep it; returns the letter that is kept under its day and id. Idempotent."""
        return self.store(letter, pdf) or self.remember(letter)

    def store(self, letter: StoredLetter, pdf: bytes) -> StoredLetter | None:
        """Store the file, unless a letter is kept there already, which is then returned."""
        known = self._letters.find(letter.creditor, letter.day, letter.id)
        if known is None:
            self._files.put(letter.key, pdf, PDF)
        return known

    def find(self, creditor: str, day: date, letter_id: str) -> StoredLetter | None:
        """The letter that is kept, if one is."""
        return self._letters.find(creditor, day, letter_id)

    def remember(self, letter: StoredLetter) -> StoredLetter:
        """Put a letter whose file is stored on the list, so whatever is on it can be printed. Idempotent."""
        return self._letters.add(letter)
