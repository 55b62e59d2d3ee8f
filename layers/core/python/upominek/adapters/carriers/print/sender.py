"""Letters put among those to print."""

from datetime import date

from upominek.application.letters.store_letter import StoreLetter
from upominek.application.ports.carriers import LetterToPost
from upominek.domain.errors import OutcomeUnknown, TemporaryFailure, Unavailable
from upominek.domain.messages.reminder import LetterRef, ReminderKey


class PostLetter:
    """Puts letters among those to print."""

    def __init__(self, keep: StoreLetter) -> None:
        self._keep = keep

    def send(self, letter: LetterToPost) -> str:
        """Keep the letter for the day's batch; returns its id.

        Raises:
            TemporaryFailure: `storage-unavailable`: it is not on the list.
            OutcomeUnknown: `storage-silent`: it may be on the list; `another-letter`: one with other content is.
        """
        try:
            known = self._keep.store(letter.letter, letter.pdf)
        except Unavailable as error:
            raise TemporaryFailure("storage-unavailable", error.detail) from error
        try:
            kept = known or self._keep.remember(letter.letter)
        except Unavailable as error:
            raise OutcomeUnknown("storage-silent", error.detail) from None  # what failed is not ours
        if kept.sha256 != letter.letter.sha256:
            raise OutcomeUnknown("another-letter", kept.sha256)
        return kept.id

    def find(self, key: ReminderKey, day: date) -> LetterRef | None:
        """The letter among those to print, if it is there."""
        known = self._keep.find(key.creditor, day, key.id)
        return None if known is None else known.sent
