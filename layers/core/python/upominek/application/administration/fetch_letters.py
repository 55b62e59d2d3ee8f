"""Letters in a person's hands: the day's batches to print, and the PDFs that belong to a case."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from upominek.application.letters.print_letters import PrintLetters
from upominek.application.ports.files import FileStore
from upominek.domain.letters.stored_letter import Batch, StoredLetter
from upominek.domain.parties.actor import Actor


@dataclass(frozen=True, slots=True)
class PrintedBatch:
    """A batch with its content: one PDF to print, and the table of what is in it (CSV)."""

    batch: Batch
    pdf: bytes = field(repr=False)
    index: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FetchBatches:
    """Gathers what is to be posted, and fetches the day's batches."""

    print_letters: PrintLetters
    files: FileStore

    def __call__(self, actor: Actor, creditor: str, day: date | None = None) -> Sequence[PrintedBatch]:
        """The batches of a day, by default today, in their order. Safe to repeat. Raises: NotFound."""
        actor.require(creditor)
        return [
            PrintedBatch(one, _content(self.files, one.key), _content(self.files, one.index_key))
            for one in self.print_letters(creditor, day)
        ]


@dataclass(frozen=True, slots=True)
class FetchLetters:
    """Reads letters as they are kept."""

    files: FileStore

    def __call__(self, letters: Iterable[StoredLetter]) -> Iterator[tuple[StoredLetter, bytes]]:
        """Each with its PDF. Raises: NotFound."""
        for one in letters:
            yield one, _content(self.files, one.key)


def _content(files: FileStore, key: str) -> bytes:
    with files.open(key) as stream:
        return stream.read()
