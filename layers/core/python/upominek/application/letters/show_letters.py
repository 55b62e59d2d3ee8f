"""Letters that were made: a list of them, one of them as it was kept, and one made by hand put among them."""

from collections.abc import Sequence

from upominek.application.letters.print_letters import changed, letter_of, read_letter
from upominek.application.letters.store_letter import StoreLetter
from upominek.application.letters.write_letter import Composed
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.files import FileStore
from upominek.application.ports.letters import LetterRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import CaseFile, Fact
from upominek.domain.letters.letter import Letter, envelope_lines
from upominek.domain.letters.stored_letter import Route, StoredLetter
from upominek.domain.parties.actor import Actor

FACT = "letter"
"""Kind of the fact that a letter was made by hand and kept."""
_ID_DIGITS = 20


class ShowLetters:
    """Lists letters and reads them."""

    def __init__(
        self, creditors: CreditorRepository, cases: CaseRepository, letters: LetterRepository, files: FileStore
    ) -> None:
        self._creditors = creditors
        self._cases = cases
        self._letters = letters
        self._files = files

    def __call__(self, creditor: str, debtor: str | None = None) -> Sequence[StoredLetter]:
        """The creditor's letters by day, of one debtor or of all. Raises: NotFound."""
        self._creditors.get(creditor)
        return [one for one in self._letters.of(creditor) if debtor in {None, one.debtor}]

    def read(self, creditor: str, debtor: str, letter_id: str) -> tuple[StoredLetter, bytes]:
        """The letter and its PDF.

        Raises:
            NotFound: `creditor_not_found`, `letter_not_found`, `file_not_found`.
            InvalidValue: `letter_changed`: the file, or the list, is not what the case history says.
        """
        letter = letter_of(self(creditor, debtor), letter_id)
        told = _hash_in(self._cases.file(creditor, debtor), letter_id)
        if told is not None and told != letter.sha256:
            raise changed(letter)
        return letter, read_letter(self._files, letter)


class RecordLetter:
    """Keeps a letter that a person made, with a fact in the case history by which its hash is known."""

    def __init__(self, cases: CaseRepository, keep: StoreLetter, clock: Clock) -> None:
        self._cases = cases
        self._keep = keep
        self._clock = clock

    def __call__(self, actor: Actor, letter: Letter, composed: Composed) -> StoredLetter:
        """Keep it. Idempotent: the same letter twice is one."""
        context = composed.content.context
        actor.require(context.creditor.id)
        stored = StoredLetter(
            creditor=context.creditor.id,
            debtor=context.debtor.id,
            day=context.as_of,
            id=letter.sha256[:_ID_DIGITS],
            kind=letter.kind,
            route=Route.RECORD,
            at=self._clock.now(),
            sha256=letter.sha256,
            pages=letter.pages,
            name=context.debtor.name or context.debtor.id,
            address=envelope_lines(context.debtor.address),
        )
        kept = self._keep(stored, letter.pdf)
        data = {"letter": kept.kind.value, "letter_id": kept.id, "sha256": kept.sha256, "pages": str(kept.pages)}
        fact = Fact(id=f"letter-{kept.id}", at=kept.at, kind=FACT, data={**data, "key": kept.key})
        self._cases.add_fact(kept.creditor, kept.debtor, fact)
        return kept


def _hash_in(file: CaseFile, letter_id: str) -> str | None:
    """The hash of the letter as the history has it; None where it was made and not sent."""
    for reminder in file.reminders:
        if reminder.letter is not None and reminder.letter.id == letter_id:
            return reminder.letter.sha256
    for fact in file.facts:
        if fact.kind == FACT and fact.data.get("letter_id") == letter_id:
            return fact.data["sha256"]
    return None
